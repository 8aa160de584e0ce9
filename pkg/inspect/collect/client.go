package collect

import (
	"fmt"
	"runtime"

	apiruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const (
	// qps and burst are those of kubectl itself: no list of pages runs into them, and a loop gone wrong does.
	qps   = 50
	burst = 300
)

// Client returns a client for reading much, quickly: protobuf (JSON where a kind has none), and a rate limit that
// reading does not meet. The version is that of this program, for the User-Agent. The config is not changed;
// what it says of credentials, timeouts, compression, impersonation and warnings holds.
func Client(config *rest.Config, version string) (kubernetes.Interface, error) {
	c := rest.CopyConfig(config)
	c.ContentType = apiruntime.ContentTypeProtobuf
	c.AcceptContentTypes = apiruntime.ContentTypeProtobuf + "," + apiruntime.ContentTypeJSON
	c.UserAgent = fmt.Sprintf("kubectl-localpv/%s (%s/%s)", version, runtime.GOOS, runtime.GOARCH)
	if c.QPS == 0 && c.RateLimiter == nil {
		c.QPS, c.Burst = qps, burst
	}
	client, err := kubernetes.NewForConfig(c)
	if err != nil {
		return nil, fmt.Errorf("cannot make a client for %s: %w", c.Host, err)
	}
	return client, nil
}
