package console

import (
	"encoding/json"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Each language has exactly the texts that the page uses, with the same placeholders.
func TestTexts(t *testing.T) {
	english, err := readTexts("en")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	page, err := fs.ReadFile(files, "web/page.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\{\{t "([^"]+)"\}\}`).FindAllStringSubmatch(string(page), -1) {
		used[m[1]] = true
	}
	modules, err := fs.Glob(files, "web/*.mjs")
	if err != nil || len(modules) < 5 {
		t.Fatal(modules, err)
	}
	for _, name := range modules {
		src, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\bt\("([^"]+)"|change\([^)]*"(\w+)"\)`).FindAllStringSubmatch(string(src), -1) {
			used[m[1]+m[2]] = true
		}
	}
	for _, word := range []string{"sent", "duplicate", "dropped", "dead-lettered", "refused", "failed", "answered"} {
		used["o."+word] = true
	}
	for _, actor := range []string{"you", "role", "alibaba", "sender"} {
		used["actor."+actor] = true
	}
	if got, want := slices.Sorted(maps.Keys(english)), slices.Sorted(maps.Keys(used)); !slices.Equal(got, want) {
		t.Errorf("English lacks or does not need: %v", differ(want, got))
	}
	places := regexp.MustCompile(`\{\w+\}`)
	for _, tag := range languages[1:] {
		other, err := readTexts(tag.String())
		if err != nil {
			t.Fatal(err)
		}
		if got, want := slices.Sorted(maps.Keys(other)), slices.Sorted(maps.Keys(english)); !slices.Equal(got, want) {
			t.Errorf("%s lacks or does not need: %v", tag, differ(want, got))
		}
		for key, text := range english {
			a, b := places.FindAllString(text, -1), places.FindAllString(other[key], -1)
			slices.Sort(a)
			slices.Sort(b)
			if !slices.Equal(a, b) {
				t.Errorf("%s: %q has %v, want %v", tag, key, b, a)
			}
		}
	}
}

func differ(want, got []string) (list []string) {
	for _, s := range want {
		if !slices.Contains(got, s) {
			list = append(list, "-"+s)
		}
	}
	for _, s := range got {
		if !slices.Contains(want, s) {
			list = append(list, "+"+s)
		}
	}
	return list
}

func TestPage(t *testing.T) {
	p, err := newPage()
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ target, accept, want string }{
		"English":        {"/", "en-GB,en;q=0.9", `<html lang="en">`},
		"Chinese":        {"/", "zh-CN,zh;q=0.9,en;q=0.8", `<html lang="zh">`},
		"another":        {"/", "fr-FR", `<html lang="en">`},
		"none":           {"/", "", `<html lang="en">`},
		"by the address": {"/?lang=zh", "en-US", `<html lang="zh">`},
		"markup":         {"/?lang=%3Cscript%3E", "", `<html lang="en">`},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", tc.target, nil)
			r.Header.Set("Accept-Language", tc.accept)
			w := httptest.NewRecorder()
			p.ServeHTTP(w, r)
			body := w.Body.String()
			if !strings.Contains(body, tc.want) || !strings.HasSuffix(body, "</html>\n") {
				t.Errorf("no %q, or the page is cut: %.200s", tc.want, body)
			}
			// All scripts and styles are files of this server.
			if regexp.MustCompile(`<script(?: [^>]*)?>[^<]|<style|\son\w+=|style=|https?://`).MatchString(body) {
				t.Error("the page has a script or style in it, or an address of another server")
			}
		})
	}
}

func TestModulesAndStylesAreOurs(t *testing.T) {
	names, err := fs.Glob(files, "web/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		src, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		without := strings.ReplaceAll(string(src), "http://www.w3.org/2000/svg", "")
		for _, bad := range []string{"http://", "https://", "@import", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("} {
			if strings.Contains(without, bad) {
				t.Errorf("%s has %s", name, bad)
			}
		}
	}
}

// Every answer has the security headers, and a cross-origin request changes nothing.
func TestGuard(t *testing.T) {
	c := newTestConsole(t)
	for _, target := range []string{"/", "/web/console.mjs", "/texts/zh.json", "/api/rules", "/nothing"} {
		w := httptest.NewRecorder()
		c.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		h := w.Header()
		if h.Get("Content-Security-Policy") != policy || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cross-Origin-Resource-Policy") != "same-origin" {
			t.Errorf("%s: %v", target, h)
		}
	}
	for _, bad := range []string{"unsafe", "*", "http:", "https:", "blob:"} {
		if strings.Contains(policy, bad) {
			t.Errorf("the policy has %q", bad)
		}
	}
	for _, change := range []string{
		"DELETE /api/events", "POST /api/send", "POST /api/rules/apply", "POST /api/rules/undo", "POST /api/rules/save", "POST /api/faults", "DELETE /api/faults",
		"POST /api/credentials", "DELETE /api/credentials", "DELETE /api/stats", "POST /api/events/1/send", "POST /api/events/1/case", "POST /api/try",
	} {
		method, target, _ := strings.Cut(change, " ")
		for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"} {
			r := httptest.NewRequest(method, target, strings.NewReader("{}"))
			r.Header.Set(name, value)
			w := httptest.NewRecorder()
			c.ServeHTTP(w, r)
			if w.Code != http.StatusForbidden {
				t.Errorf("%s with %s: %s is answered %d", change, name, value, w.Code)
			}
		}
	}
}

func decode[T any](t *testing.T, w *httptest.ResponseRecorder) (v T) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return v
}
