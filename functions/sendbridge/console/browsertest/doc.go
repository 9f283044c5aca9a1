// Package browsertest runs the console of sendbridge dev in a real browser. It is a module of its own, so that the product's
// go.mod knows no browser.
package browsertest
