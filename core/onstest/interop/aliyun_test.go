package interop

import (
	"bufio"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// startDev runs sendbridge dev over HTTPS until the test ends, and returns its emulator's host:port and certificate file,
// as printed.
func startDev(t *testing.T) (host, certificate string) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "sendbridge")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", binary, "./functions/sendbridge")
	build.Dir = filepath.Join("..", "..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	dev := exec.Command(binary, "dev", "--tls", "--no-sample", "--console", "off", "--http", "127.0.0.1:0", "--api", "127.0.0.1:0", "--mqtt", "127.0.0.1:0")
	out, err := dev.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := dev.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = dev.Process.Signal(syscall.SIGTERM)
		if err := dev.Wait(); err != nil {
			t.Errorf("dev: %v", err)
		}
	})
	for lines := bufio.NewScanner(out); lines.Scan() && (host == "" || certificate == ""); {
		words := strings.Fields(lines.Text())
		switch {
		case len(words) > 1 && words[0] == "emulator":
			host = strings.Trim(strings.TrimPrefix(words[1], "https:"), "/")
		case len(words) > 1 && strings.HasPrefix(words[1], "NODE_EXTRA_CA_CERTS="):
			certificate = strings.TrimPrefix(words[1], "NODE_EXTRA_CA_CERTS=")
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return host, certificate
}

// Alibaba's packages for Node call dev over HTTPS, trust the certificate that it prints, and read its answers as they read
// real ones.
func TestAlibabasPackagesForNode(t *testing.T) {
	requireNode(t)
	host, certificate := startDev(t)
	t.Setenv("NODE_EXTRA_CA_CERTS", certificate)
	t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
	want := map[string]string{
		"openapi-core user": `"MsgId":`, "openapi-core temporary": `"MsgId":`, "openapi-core assumed": `"MsgId":`,
		"openapi-client user": `"MsgId":`, "openapi-client temporary": `"MsgId":`, "openapi-client assumed": `"MsgId":`,
		"openapi-core wrong":            `"recommend":"https://api.aliyun.com/troubleshoot?q=SignatureDoesNotMatch&product=OnsMqtt&`,
		"openapi-client wrong":          `"recommend":"https://api.aliyun.com/troubleshoot?q=SignatureDoesNotMatch&product=OnsMqtt&`,
		"openapi-core denied":           `"AuthPrincipalType":"AssumedRoleUser"`,
		"sts20150401 AssumeRole":        `"arn":"acs:ram::1000000000000001:role/emulator/npm"`,
		"sts20150401 no role":           `"code":"MissingRoleArn"`,
		"ali-oss AssumeRole":            `"AccessKeyId":"STS.`,
		"ali-oss short session":         `"code":"InvalidParameter.RoleSessionName"`,
		"ali-oss assumed":               `"MsgId":`,
		"sts20150401 GetCallerIdentity": `"arn":"acs:ram::1000000000000001:user/emulator"`,
	}
	for _, a := range runNode(t, "aliyun.mjs", host, "TopicA/é", "a b+/*~é") {
		name := a.Mode + " " + a.Name
		text, known := want[name]
		if !known || !strings.Contains(a.Body, text) {
			t.Errorf("%s: status %d, body %s, want %s", name, a.Status, a.Body, text)
		}
		if ok := a.Status == 200; ok && (a.ID == "" || !strings.Contains(strings.ToLower(a.Body), `"requestid":"`+strings.ToLower(a.ID)+`"`)) {
			t.Errorf("%s: id %q of %s", name, a.ID, a.Body)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("not called: %v", want)
	}
}
