package interop

import (
	"fmt"
	"strings"
	"time"
)

// A line is what a fleet did in each second.
type line struct {
	name       string
	oneAddress bool
	rates      []int
}

// plot draws lines as SVG: above those of processes with addresses of their own, below those behind one.
func plot(lines []line, whole time.Duration) string {
	const width, height, left, gap = 720, 220, 60, 60
	colours := []string{"#0b6e4f", "#c46210", "#a4243b"}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width+left+160, 2*(height+gap)+20)
	b.WriteString(`<rect width="100%" height="100%" fill="white"/>` + "\n")
	for half, title := range []string{"eight processes, addresses of their own", "eight processes behind one address"} {
		quota, top := *fleetAccount, 40+half*(height+gap)
		if half == 1 {
			quota = 300
		}
		y := func(rate int) float64 {
			return float64(top+height) - float64(height)*float64(rate)/(1.15*float64(quota))
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-weight="bold">%s: messages a second</text>`+"\n", left, top-12, title)
		for _, tick := range []int{0, quota / 2, quota} {
			fmt.Fprintf(&b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#ccc"/><text x="%d" y="%.1f" text-anchor="end">%d</text>`+"\n",
				left, left+width, y(tick), y(tick), left-6, y(tick)+4, tick)
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d">0 s</text><text x="%d" y="%d" text-anchor="end">%v</text>`+"\n", left, top+height+16, left+width, top+height+16, whole)
		n := 0
		for _, l := range lines {
			if l.oneAddress != (half == 1) {
				continue
			}
			var points strings.Builder
			for i, rate := range l.rates {
				fmt.Fprintf(&points, "%.1f,%.1f ", float64(left)+float64(width)*(float64(i)+0.5)/float64(len(l.rates)), y(rate))
			}
			name, _, _ := strings.Cut(l.name, ",")
			fmt.Fprintf(&b, `<polyline fill="none" stroke="%s" stroke-width="2" points="%s"/><text x="%d" y="%d" fill="%s">%s</text>`+"\n",
				colours[n%len(colours)], strings.TrimSpace(points.String()), left+width+10, top+20+18*n, colours[n%len(colours)], name)
			n++
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}
