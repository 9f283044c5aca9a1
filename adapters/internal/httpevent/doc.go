// Package httpevent serves HTTP requests that arrive as JSON events: it decodes the event to an *http.Request, runs an
// http.Handler, and encodes the response as the JSON that the platform expects. Function URLs, API Gateway, load balancers,
// VPC Lattice and the HTTP triggers of Function Compute each have a Shape.
//
//	if shape := httpevent.Lambda(payload); shape != nil {
//		return shape.Serve(ctx, handler, payload)
//	}
//
// The package does not know what the handler does and authenticates nobody. It logs nothing, because headers contain
// credentials.
package httpevent
