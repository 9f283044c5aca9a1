package browsertest

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "write the screenshots of docs")

// mostBytes limits the size of a picture in docs.
const mostBytes = 150_000

// The pictures in docs exist, are valid and are small. -update takes them again.
func TestScreenshots(t *testing.T) {
	d := startDev(t, doorRules, "--cases", "cases.yaml")
	d.subscribe(t, "display-7")
	b := open(t, d, "#/faults", look{1200, 700, false, "en-US"})
	for i, site := range []string{"north", "east", "south", "west"} {
		d.post(t, door(fmt.Sprint("e-", i+1), site))
	}
	d.post(t, strings.Replace(door("e-5", "north"), "true", "false", 1))
	d.post(t, `{"specversion":"1.0","id":"t-1","source":"acs:fc:cn-hangzhou:1:functions/beat","type":"fc:Timer:Triggered"}`)
	b.click(`[data-code="SystemOverFlow"]`)
	b.shows("#active", "SystemOverFlow")
	d.post(t, door("e-6", "north"))
	b.do(navigate(d, "#/traffic/7"))
	b.shows("#d-messages .devices", "sent to display-7")
	b.until("no fault is active", `document.querySelector("#active").hidden`)
	b.picture("console-traffic.png")
	b.do(navigate(d, "#/rules"))
	b.write("#p-payload", door("e-7", "north"))
	b.write("#p-rules", strings.Replace(doorRules, "[true]", "[false]", 1))
	b.shows(`#p-result [data-rule="door"]`, "✗ $.data.open: wants [false], has true")
	b.picture("console-rules.png")
}

func (b *tab) picture(name string) {
	b.t.Helper()
	path := filepath.Join("..", "..", "..", "..", "docs", name)
	if *update {
		shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			b.t.Fatal(err)
		}
		if err := os.WriteFile(path, small(b.t, shot), 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
	src, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatalf("%v: go test -run Screenshots -update makes it", err)
	}
	if len(src) > mostBytes {
		b.t.Errorf("%s has %d bytes, want at most %d", name, len(src), mostBytes)
	}
	picture, err := png.Decode(bytes.NewReader(src))
	if err != nil || picture.Bounds().Dx() != 1200 || picture.Bounds().Dy() != 700 {
		b.t.Errorf("%s: %v", name, err)
	}
}

// small reduces a screenshot to its 256 most frequent colours.
func small(t *testing.T, shot []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	bounds := full.Bounds()
	count := map[color.RGBA]int{}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)]++
		}
	}
	var colours []color.RGBA
	for c := range count {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b color.RGBA) int { return count[b] - count[a] })
	var palette color.Palette
	for _, c := range colours[:min(256, len(colours))] {
		palette = append(palette, c)
	}
	reduced := image.NewPaletted(bounds, palette)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			reduced.Set(x, y, full.At(x, y))
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, reduced); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
