package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"sendbridge/internal/jsontext"
)

// longestLine is far above the size of any trigger's payload. It keeps a file without line breaks from filling the
// memory.
const longestLine = 64 << 20

// An item is one event of a file and its place: the line where it starts, or its index in an array.
type item struct {
	place string
	text  []byte
}

// items returns the events of JSON lines, of an array, or of one event on several lines. It ends after an error.
func items(r io.Reader) iter.Seq2[item, error] {
	in := bufio.NewReaderSize(r, 1<<16)
	return func(yield func(item, error) bool) {
		first, err := firstByte(in)
		switch {
		case errors.Is(err, io.EOF):
		case err != nil:
			yield(item{}, err)
		case first == '[':
			elements(in, yield)
		default:
			lines(in, yield)
		}
	}
}

// firstByte skips white space and returns the byte after it without consuming it.
func firstByte(in *bufio.Reader) (byte, error) {
	for {
		b, err := in.Peek(1)
		if err != nil {
			return 0, err
		}
		if !bytes.Contains([]byte(" \t\r\n"), b) {
			return b[0], nil
		}
		in.Discard(1)
	}
}

func elements(in io.Reader, yield func(item, error) bool) {
	decoder := json.NewDecoder(in)
	if _, err := decoder.Token(); err != nil {
		yield(item{}, err)
		return
	}
	for i := 0; decoder.More(); i++ {
		var text json.RawMessage
		if err := decoder.Decode(&text); err != nil {
			yield(item{}, fmt.Errorf("element %d: %w", i, err))
			return
		}
		if !yield(item{fmt.Sprint("element ", i), text}, nil) {
			return
		}
	}
	if _, err := decoder.Token(); err != nil {
		yield(item{}, fmt.Errorf("the array has no end: %w", err))
	}
}

func lines(in io.Reader, yield func(item, error) bool) {
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, longestLine)
	for number := 1; scanner.Scan(); number++ {
		text := bytes.TrimSpace(scanner.Bytes())
		if number == 1 && !jsontext.Valid(text) {
			whole(text, scanner, yield)
			return
		}
		if len(text) > 0 && !yield(item{fmt.Sprint("line ", number), bytes.Clone(text)}, nil) {
			return
		}
	}
	if err := scanner.Err(); errors.Is(err, bufio.ErrTooLong) {
		yield(item{}, fmt.Errorf("a line is longer than %d bytes: want one event per line", longestLine))
	} else if err != nil {
		yield(item{}, err)
	}
}

// whole yields one event that spans several lines.
func whole(first []byte, rest *bufio.Scanner, yield func(item, error) bool) {
	text := bytes.Clone(first)
	for rest.Scan() && len(text) < longestLine {
		text = append(append(text, '\n'), rest.Bytes()...)
	}
	if !jsontext.Valid(text) {
		yield(item{}, errors.New("want JSON: one event per line, an array of events, or one event"))
		return
	}
	yield(item{"line 1", text}, rest.Err())
}
