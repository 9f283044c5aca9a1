package onstest

import "net/http"

// serve takes one call through the stages that the package comment lists.
func (h *Handler) serve(w http.ResponseWriter, c *call) {
	passage := h.admit(c.RemoteAddr)
	if passage == blocked {
		h.drop("blocked")
	}
	bad := h.read(w, c)
	if passage == throttled {
		h.answer(w, c, "", refuse("Throttling.User"))
		return
	}
	if bad != nil && bad.page != "" {
		h.answer(w, c, "", bad)
		return
	}
	fault := h.nextFault()
	if failure := h.act(c.Context(), fault); failure != nil {
		h.answer(w, c, "", failure)
		return
	}
	var msgID string
	if bad == nil {
		msgID, bad = h.accept(c)
	}
	if bad == nil && fault.Code == faultLostAnswer {
		h.drop(faultLostAnswer)
	}
	h.answer(w, c, msgID, bad)
}

// accept verifies, checks and publishes a call.
func (h *Handler) accept(c *call) (msgID string, _ *refusal) {
	key, bad := h.verify(c, action, version, h.now())
	if bad == nil {
		bad = h.allowed(key)
	}
	if bad != nil {
		return "", bad
	}
	if bad := h.check(c); bad != nil {
		return "", bad
	}
	m := Message{Topic: c.values["MqttTopic"], Payload: c.values["Payload"], MsgID: h.newMsgID(), Time: h.now()}
	if h.publish != nil {
		if err := h.publish(m); err != nil {
			return "", refuse("SendMessageFailed").because(err.Error())
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.messages.add(m)
	h.counts.published++
	return m.MsgID, nil
}

// drop closes the connection without an answer.
func (h *Handler) drop(reason string) {
	h.mu.Lock()
	h.counts.rejected[reason]++
	h.mu.Unlock()
	panic(http.ErrAbortHandler)
}
