package fault_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sendbridge/core/fault"
)

// A coded error has its own method Describe.
type coded string

func (c coded) Error() string         { return "it says " + string(c) }
func (c coded) Describe() fault.Fault { return fault.Fault{Class: fault.ClassClock, Code: string(c)} }

func TestOfAsksTheFirstOfAChain(t *testing.T) {
	full := fault.New(fault.CodeLimiterFull, fault.ActorYou, "%d others", 3)
	full.Cause = coded("Inner")
	plain := errors.New("plain")
	for name, c := range map[string]struct {
		err         error
		class, code string
	}{
		"nil":                  {nil, "", ""},
		"plain":                {plain, fault.ClassUnknown, ""},
		"expired":              {fmt.Errorf("late: %w", context.DeadlineExceeded), fault.ClassTransient, ""},
		"cancelled":            {context.Canceled, fault.ClassTransient, ""},
		"wrapped":              {fmt.Errorf("a: %w", fmt.Errorf("b: %w", full)), fault.ClassThrottled, "LimiterFull"},
		"the cause of another": {&fault.Error{Cause: full}, "", ""},
		"joined, the first":    {errors.Join(plain, coded("A"), full), fault.ClassClock, "A"},
		"two verbs":            {fmt.Errorf("%w; then %w", plain, coded("B")), fault.ClassClock, "B"},
		"more than a context":  {fmt.Errorf("%w: %w", context.Canceled, full), fault.ClassThrottled, "LimiterFull"},
		"an unknown code":      {fault.New("New.Code", fault.ActorYou, "x"), fault.ClassUnknown, "New.Code"},
	} {
		if f := fault.Of(c.err); f.Class != c.class || f.Code != c.code {
			t.Errorf("%s: class %q, code %q; want %q, %q", name, f.Class, f.Code, c.class, c.code)
		}
	}
	if full.Error() != "3 others" || !errors.Is(full, full.Cause) {
		t.Errorf("%q, cause %v", full, errors.Unwrap(full))
	}
}

func TestOfAllocatesNothing(t *testing.T) {
	wrapped := fmt.Errorf("a: %w", &fault.Error{Fault: fault.Fault{RetryAfter: time.Second}})
	for _, err := range []error{nil, wrapped, context.Canceled} {
		if n := testing.AllocsPerRun(100, func() { _ = fault.Of(err) }); n != 0 {
			t.Errorf("%v: %v allocations", err, n)
		}
	}
}

// A panic's value may contain parts of an event, so only the runtime's own panics are quoted.
func TestOnlyRuntimePanicsAreQuoted(t *testing.T) {
	recovered := func(f func()) (err error) {
		defer func() { err = fault.Panic("panic: %w", "panic of type %T", recover()) }()
		f()
		return nil
	}
	var none []int
	if got := recovered(func() { _ = none[len(none)] }).Error(); got != "panic: runtime error: index out of range [0] with length 0" {
		t.Error(got)
	}
	if got := recovered(func() { panic(errors.New("PAYLOAD")) }).Error(); got != "panic of type *errors.errorString" {
		t.Error(got)
	}
}

// Each code has a row in one table, so New knows its class and the page of errors lists it.
func TestEveryCodeHasARow(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var constants []string
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(v.Names[0].Name, "Code") {
			name, _ := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			constants = append(constants, name)
		}
		return true
	})
	var rows []string
	for _, table := range [][]fault.Code{fault.EventCodes(), fault.CredentialCodes()} {
		if !slices.IsSortedFunc(table, func(a, b fault.Code) int { return strings.Compare(a.Name, b.Name) }) {
			t.Errorf("not in the order of names: %v", table)
		}
		for _, c := range table {
			rows = append(rows, c.Name)
			if f := fault.New(c.Name, fault.ActorYou, "x"); f.Class != c.Class || len(c.Meaning) < 10 {
				t.Errorf("%+v, and an error of class %s", c, f.Class)
			}
		}
	}
	slices.Sort(constants)
	slices.Sort(rows)
	if len(rows) < 20 || !slices.Equal(constants, rows) {
		t.Errorf("constants %q\nrows %q", constants, rows)
	}
}
