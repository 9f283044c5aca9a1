package webhook

import "net/http"

// greet answers an unauthenticated request with which the inlet's sender checks the address before it sends events. It
// rejects any other request with err.
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
