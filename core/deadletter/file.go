package deadletter

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// File returns a sink that appends each event to a file as one line of JSON, and returns once the disk has it. Only one
// process may use the file. Only its owner can read it, and it is created again after it was moved. File returns an error
// if the file cannot be written.
func File(path string) (core.DeadLetterFunc, error) {
	s := &fileSink{path: path}
	f, _, err := s.open()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	return s.keep, nil
}

type fileSink struct {
	path string
	mu   sync.Mutex // an event must see the end of the one before
}

func (s *fileSink) keep(_ context.Context, e event.Event) error {
	line := append(cloudevent.OneLine(cloudevent.EncodeEvent(e)), '\n')
	s.mu.Lock()
	defer s.mu.Unlock()
	f, size, err := s.open()
	if err != nil {
		return err
	}
	return errors.Join(s.append(f, size, line), f.Close())
}

func (s *fileSink) open() (*os.File, int64, error) {
	f, err := os.OpenFile(s.path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// append adds a line to a file of the given size. If it fails, it tries to remove the part that was written.
func (s *fileSink) append(f *os.File, size int64, line []byte) error {
	line, err := onNewLine(f, size, line)
	if err != nil {
		return err
	}
	if _, err := f.Write(line); err != nil {
		return errors.Join(err, f.Truncate(size))
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if size == 0 {
		syncName(s.path)
	}
	return nil
}

// onNewLine first ends an incomplete line that a crash left at the end of the file.
func onNewLine(f *os.File, size int64, line []byte) ([]byte, error) {
	if size == 0 {
		return line, nil
	}
	last := make([]byte, 1)
	if _, err := f.ReadAt(last, size-1); err != nil {
		return nil, err
	}
	if last[0] != '\n' {
		return append([]byte{'\n'}, line...), nil
	}
	return line, nil
}

// syncName syncs the directory on systems that allow it, so that a new file survives a crash.
func syncName(path string) {
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		dir.Sync()
		dir.Close()
	}
}
