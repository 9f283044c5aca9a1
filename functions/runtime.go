package functions

// A Runtime is where a main runs. Some settings are allowed in one and not in another.
type Runtime string

// The runtimes, by the names that people give them.
const (
	OnServer Runtime = "http"   // any process that serves HTTP
	OnLambda Runtime = "lambda" // AWS Lambda
	OnFC     Runtime = "fc"     // Function Compute, runtime go1 or a custom one
)

// runtimeOf returns the runtime that has set an environment.
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

// isFunction says whether instances come and go as the platform likes, behind triggers.
func (r Runtime) isFunction() bool { return r != OnServer }
