package webhook

import "net/http"

// greet answers a request that proves nothing where the inlet's sender is known to ask by such, before it sends events. Any
// other request is refused with err.
func greet(r *http.Request, at *servedInlet, body []byte, err error) (answer, error) {
	if at == nil {
		return answer{}, err
	}
	reply, ok := at.Greet(r, body)
	if !ok {
		return answer{}, err
	}
	return answerQuestion(reply), nil
}
