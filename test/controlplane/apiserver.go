package controlplane

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// startAPIServer starts etcd and kube-apiserver on free loopback ports, with certificates of their own, RBAC on,
// and the ServiceAccount admission that envtest leaves out.
func startAPIServer(dir *workdir, o Options) (*envtest.ControlPlane, error) {
	logs := map[string]*os.File{}
	for _, name := range []string{etcd, apiServer} {
		log, err := dir.openLog(name)
		if err != nil {
			return nil, fmt.Errorf("open the log of %s: %w", name, err)
		}
		defer log.Close() //nolint:revive // until the components are started, both are needed; the component has its own by then
		logs[name] = log
	}
	plane := &envtest.ControlPlane{
		Etcd:      newEtcd(dir, logs[etcd]),
		APIServer: newAPIServer(dir, logs[apiServer], o),
	}
	for _, flag := range o.ExtraArgs[etcd] {
		set(plane.Etcd.Configure().Set, flag)
	}
	for _, flag := range o.ExtraArgs[apiServer] {
		set(plane.APIServer.Configure().Set, flag)
	}
	if err := whileBusy(plane.Start); err != nil {
		return nil, fmt.Errorf("start etcd and kube-apiserver: %w\netcd: %s\nkube-apiserver: %s",
			err, dir.lastWords(etcd), dir.lastWords(apiServer))
	}
	return plane, nil
}

func newEtcd(dir *workdir, log io.Writer) *envtest.Etcd {
	e := &envtest.Etcd{Path: dir.launcher(etcd), DataDir: dir.file("etcd"), StartTimeout: 5 * time.Minute, Out: log, Err: log}
	e.Configure().
		Set("unsafe-no-fsync", "true"). // the data is not worth a disk flush
		Set("quota-backend-bytes", strconv.Itoa(8<<30))
	return e
}

func newAPIServer(dir *workdir, log io.Writer, o Options) *envtest.APIServer {
	s := &envtest.APIServer{
		Path: dir.launcher(apiServer), CertDir: dir.file("pki"),
		StartTimeout: 5 * time.Minute, StopTimeout: 2 * time.Minute, Out: log, Err: log,
	}
	toleration := strconv.Itoa(int(o.UnreachableToleration.Seconds()))
	s.Configure().
		Disable("disable-admission-plugins").
		Set("token-auth-file", dir.file("pki", tokensFile)).
		Set("default-unreachable-toleration-seconds", toleration).
		Set("default-not-ready-toleration-seconds", toleration).
		Set("shutdown-watch-termination-grace-period", "5s") // else whoever watches holds it up for a minute
	return s
}

// set hands "--flag=value" to one of envtest's argument builders.
func set[T any](to func(name string, values ...string) T, flag string) {
	name, value, _ := strings.Cut(strings.TrimLeft(flag, "-"), "=")
	to(name, value)
}
