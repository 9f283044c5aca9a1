package functions

// A Runtime is the environment in which a main runs. Some settings are allowed only in some runtimes.
type Runtime string

// The runtimes, by their usual names.
const (
	OnServer Runtime = "http"   // any process that serves HTTP
	OnLambda Runtime = "lambda" // AWS Lambda
	OnFC     Runtime = "fc"     // Function Compute, runtime go1 or a custom one
)

// runtimeOf returns the runtime that an environment comes from.
func runtimeOf(environ map[string]string) Runtime {
	if environ["AWS_LAMBDA_RUNTIME_API"] != "" {
		return OnLambda
	}
	for _, name := range []string{"FC_RUNTIME_API", "FC_FUNCTION_NAME", "FC_SERVER_PORT", "FC_CUSTOM_LISTEN_PORT"} {
		if environ[name] != "" {
			return OnFC
		}
	}
	return OnServer
}

// isFunction reports whether the platform starts and ends instances as it likes.
func (r Runtime) isFunction() bool { return r != OnServer }
