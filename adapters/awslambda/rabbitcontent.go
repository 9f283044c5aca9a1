package awslambda

import (
	"encoding/base64"
	"strings"

	"sendbridge/adapters/webhook"
	"sendbridge/internal/charset"
)

// rabbitContent undoes the content encoding of a RabbitMQ message. AMQP says no more than "MIME content encoding", so
// libraries write there what they have: a content coding, base64, or the charset of a text. Whatever else is there says
// nothing.
func rabbitContent(encoding, mediaType string, data []byte) ([]byte, error) {
	encoding = strings.TrimSpace(encoding)
	if strings.EqualFold(encoding, "base64") {
		if decoded, err := base64.StdEncoding.DecodeString(string(data)); err == nil {
			return decoded, nil
		}
		return data, nil
	}
	if encoding != "" && charset.Of(mediaType) == "" {
		if text, err := charset.Decode(data, encoding, maxUnpacked); err == nil {
			return text, nil
		}
	}
	return webhook.Decompress(encoding, data, maxUnpacked)
}
