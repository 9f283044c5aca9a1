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

// longestLine is far above what any trigger brings, and keeps a file that has no lines from filling the memory.
const longestLine = 64 << 20

// An item is one event of a file, with the line that it starts on; of an array, its place in it.
type item struct {
	place string
	text  []byte
}

// items are the events of JSON lines, of an array, or of one event on several lines. An error ends them.
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

// firstByte skips space, and leaves the byte after it to be read.
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
		yield(item{}, fmt.Errorf("the array does not end: %w", err))
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
		yield(item{}, fmt.Errorf("a line is longer than %d bytes: want one event a line", longestLine))
	} else if err != nil {
		yield(item{}, err)
	}
}

// whole is for one event that stands on several lines.
func whole(first []byte, rest *bufio.Scanner, yield func(item, error) bool) {
	text := bytes.Clone(first)
	for rest.Scan() && len(text) < longestLine {
		text = append(append(text, '\n'), rest.Bytes()...)
	}
	if !jsontext.Valid(text) {
		yield(item{}, errors.New("want JSON: one event a line, an array of events, or one event"))
		return
	}
	yield(item{"line 1", text}, rest.Err())
}
