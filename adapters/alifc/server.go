// The custom runtime, https://help.aliyun.com/document_detail/2513511.html, and its lifecycle:
// https://www.alibabacloud.com/help/en/functioncompute/fc/lifecycle-hooks-for-function-instances-in-a-custom-runtime

package alifc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// maxPayload is Function Compute's limit of the payload of a synchronous call.
const maxPayload = 32 << 20

// A Server handles the requests of Function Compute's custom runtime. It serves several requests at a time.
//
// The header x-fc-control-path says what kind a request is. Its path does not, because senders choose the paths of HTTP
// triggers. A failed invocation is answered with the header x-fc-status: 404. Function Compute ignores the HTTP status, so
// without the header the event would be lost.
type Server struct {
	Invoke    func(ctx context.Context, payload []byte) ([]byte, error)    // answers events
	HTTP      http.Handler                                                 // answers HTTP triggers
	Begin     func(ctx context.Context, h http.Header) (c context.Context) // adds the runtime's description of a request to the context; nil adds nothing
	Stop      func()                                                       // called before the instance ends; nil means none
	ErrorType func(error) string                                           // returns an error's name for the runtime's consoles; nil means its class
	Log       io.Writer                                                    // receives the lines that the runtime's log views search for; nil logs nothing
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch control := r.Header.Get("X-Fc-Control-Path"); {
	case control == "/invoke":
		s.event(w, r)
	case control == "/initialize":
		s.initialize(r)
	case control != "/http-invoke" && r.Method == http.MethodGet && r.URL.Path == "/pre-stop": // its control path is not documented
		if s.Stop != nil {
			s.Stop()
		}
	default:
		s.request(w, r)
	}
}

// begin returns the context of a request. The runtime passes a time limit, but no deadline.
func (s *Server) begin(r *http.Request) (context.Context, context.CancelFunc) {
	ctx := r.Context()
	if s.Begin != nil {
		ctx = s.Begin(ctx, r.Header)
	}
	ctx = context.WithValue(ctx, invocationKey{}, invocationOf(r.Header))
	if seconds, err := strconv.Atoi(r.Header.Get("X-Fc-Function-Timeout")); err == nil && seconds > 0 {
		return context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
	}
	return ctx, func() {}
}

func (s *Server) event(w http.ResponseWriter, r *http.Request) {
	id := r.Header.Get("X-Fc-Request-Id")
	s.log("FC Invoke Start RequestId: " + id)
	ctx, cancel := s.begin(r)
	defer cancel()
	payload, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload))
	var answer []byte
	if err == nil {
		answer, err = s.Invoke(ctx, payload)
	} else {
		err = errors.New("the event could not be read from the runtime: it was cut off or has more than 32 MiB")
	}
	w.Header().Set("Content-Type", "application/json")
	if err == nil {
		w.Header().Set("X-Fc-Status", "200")
		w.Write(answer)
		s.log("FC Invoke End RequestId: " + id)
		return
	}
	w.Header().Set("X-Fc-Status", "404")
	w.WriteHeader(http.StatusNotFound)
	json.NewEncoder(w).Encode(map[string]string{"errorMessage": err.Error(), "errorType": s.errorType(err)})
	s.log("FC Invoke End RequestId: " + id + ", Error: Unhandled function error")
}

// initialize handles an initialization, of which there may be several.
func (s *Server) initialize(r *http.Request) {
	id := r.Header.Get("X-Fc-Request-Id")
	s.log("FC Initialize Start RequestId: " + id)
	_, cancel := s.begin(r)
	cancel()
	s.log("FC Initialize End RequestId: " + id)
}

// request answers a request of an HTTP trigger. It removes the headers that the runtime has added, because they contain
// credentials. An asynchronous sender never sees the status, so a failure is reported to the runtime.
func (s *Server) request(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := s.begin(r)
	defer cancel()
	async := strings.EqualFold(r.Header.Get("X-Fc-Invocation-Type"), "Async")
	r = r.Clone(ctx)
	for name := range r.Header {
		if strings.HasPrefix(name, "X-Fc-") {
			r.Header.Del(name)
		}
	}
	if async {
		w = &asyncWriter{ResponseWriter: w}
	}
	s.HTTP.ServeHTTP(w, r)
}

func (s *Server) errorType(err error) string {
	if s.ErrorType == nil {
		return fault.Of(err).Class
	}
	return s.ErrorType(err)
}

func (s *Server) log(line string) {
	if s.Log != nil {
		fmt.Fprintln(s.Log, line)
	}
}

// An asyncWriter reports a failure to the runtime.
type asyncWriter struct{ http.ResponseWriter }

func (w *asyncWriter) WriteHeader(status int) {
	if status >= 400 {
		w.Header().Set("X-Fc-Status", "404")
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *asyncWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

type invocationKey struct{}

// InvocationOf returns the custom runtime's description of the request of a context, for Options.
func InvocationOf(ctx context.Context) core.Invocation {
	in, _ := ctx.Value(invocationKey{}).(core.Invocation)
	return in
}

func invocationOf(h http.Header) core.Invocation {
	return Invocation(h.Get("X-Fc-Request-Id"), h.Get("X-Fc-Region"), h.Get("X-Fc-Account-Id"), h.Get("X-Fc-Function-Name"))
}

// Invocation returns an invocation that names the function as Function Compute does. It leaves out what the runtime did not
// pass.
func Invocation(requestID, region, account, function string) core.Invocation {
	in := core.Invocation{RequestID: requestID, Region: region, Account: account}
	if function != "" {
		in.Function = "acs:fc:" + region + ":" + account + ":functions/" + function
	}
	return in
}
