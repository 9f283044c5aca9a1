package console

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"

	"golang.org/x/text/language"
)

//go:embed web texts
var files embed.FS

// languages are the languages of the page, each with a table in texts. The first is the default.
var languages = []language.Tag{language.English, language.Chinese}

// assets serves the scripts, the style sheet and the texts.
func assets() http.Handler { return http.FileServerFS(files) }

// A page is the HTML document in each language.
type page struct {
	match     language.Matcher
	templates []*template.Template
}

func newPage() (*page, error) {
	p := &page{match: language.NewMatcher(languages)}
	for _, tag := range languages {
		texts, err := readTexts(tag.String())
		if err != nil {
			return nil, err
		}
		t, err := template.New("page.html").Funcs(template.FuncMap{
			"lang": tag.String,
			"t": func(key string) (string, error) {
				if text, ok := texts[key]; ok {
					return text, nil
				}
				return "", fmt.Errorf("texts/%s.json has no %q", tag, key)
			},
		}).ParseFS(files, "web/page.html")
		if err != nil {
			return nil, err
		}
		p.templates = append(p.templates, t)
	}
	return p, nil
}

func readTexts(lang string) (texts map[string]string, err error) {
	src, err := files.ReadFile("texts/" + lang + ".json")
	if err == nil {
		err = json.Unmarshal(src, &texts)
	}
	if err != nil {
		return nil, fmt.Errorf("texts/%s.json: %w", lang, err)
	}
	return texts, nil
}

// ServeHTTP answers in the language of ?lang=, or in the one that the browser prefers.
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, i := language.MatchStrings(p.match, r.URL.Query().Get("lang"), r.Header.Get("Accept-Language"))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", "Accept-Language")
	_ = p.templates[i].Execute(w, nil) // an error means that the browser has disconnected: TestPage finds all others
}
