// JUnit's XML as CI systems read it: https://github.com/testmoapp/junitxml

package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// A caseOutcome is the result of a case. The case passed if it has no differences.
type caseOutcome struct {
	*ruleCase
	differences []string
	took        time.Duration
}

func (o *caseOutcome) place(file string) string {
	return fmt.Sprintf("%s:%d:%d", file, o.at.Line, o.at.Column)
}

func (o *caseOutcome) writeTo(w io.Writer, file string) {
	if len(o.differences) == 0 {
		fmt.Fprintf(w, "ok    %s\n", o.Name)
		return
	}
	fmt.Fprintf(w, "FAIL  %s (%s)\n", o.Name, o.place(file))
	for _, d := range o.differences {
		fmt.Fprintf(w, "      %s\n", d)
	}
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Seconds string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func writeJUnit(path, file string, outcomes []caseOutcome) error {
	suite := junitSuite{Name: file, Tests: len(outcomes)}
	for i := range outcomes {
		o := &outcomes[i]
		c := junitCase{Name: o.Name, Class: file, File: file, Line: o.at.Line, Seconds: fmt.Sprintf("%.6f", o.took.Seconds())}
		if len(o.differences) > 0 {
			suite.Failures++
			c.Failure = &junitFailure{o.differences[0], o.place(file) + "\n" + strings.Join(o.differences, "\n")}
		}
		suite.Cases = append(suite.Cases, c)
	}
	text, err := xml.MarshalIndent(suite, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append([]byte(xml.Header), append(text, '\n')...), 0o644)
}
