package inlet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// A fetcher downloads what vendors publish. Its callers check an address first, and it follows no redirect.
type fetcher struct{ client *http.Client }

func newFetcher(t http.RoundTripper) fetcher {
	return fetcher{client: &http.Client{Transport: t, Timeout: 4 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// get returns at most 64 KiB of an answer with status 200.
func (f fetcher) get(ctx context.Context, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("the address is not a URL")
	}
	answer, err := f.client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("no answer from %s", r.URL.Host) // the address may contain a token, so the error names only the host
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err != nil || answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %d", r.URL.Host, answer.StatusCode)
	}
	return body, nil
}
