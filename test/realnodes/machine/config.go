//go:build linux

package machine

import (
	"fmt"
	"os"

	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/build"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/names"
)

const (
	containerdSocket = "/run/containerd/containerd.sock"
	containerdConfig = insideEtc + "/containerd.toml"
	kubeletConfig    = insideEtc + "/kubelet.yaml"
	networkDir       = insideEtc + "/cni"
)

// configure writes the configuration of what a node runs.
func (n *node) configure() error {
	for _, dir := range []string{networkDir, "/var/lib/kubelet", "/var/lib/containerd"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	for file, text := range map[string]string{
		containerdConfig:                 fmt.Sprintf(containerdText, containerdSocket, build.Pause, insideBin, networkDir, n.run.Programs()+"/runc"),
		kubeletConfig:                    fmt.Sprintf(kubeletText, containerdSocket, names.Domain, gateway),
		networkDir + "/10-pods.conflist": fmt.Sprintf(networkText, podNetwork(n.number)),
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return fmt.Errorf("configure the node: %w", err)
		}
	}
	return nil
}

// containerdText: it may lack the capability to lower the OOM score of a container below its own, so it does not try. What it would put into
// directories of the machine is below its own.
const containerdText = `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "%s"
[plugins.'io.containerd.internal.v1.opt']
  path = '/var/lib/containerd/opt'
[plugins.'io.containerd.cri.v1.images']
  snapshotter = 'overlayfs'
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = '%s'
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ['%s']
    conf_dir = '%s'
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = 'io.containerd.runc.v2'
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      BinaryName = '%s'
      SystemdCgroup = false
`

// kubeletText: whoever reaches a node is in its lab, and may do everything. Leases are short, so that death is noticed soon. A disk of the
// machine that is nearly full is no business of a test.
const kubeletText = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
cgroupDriver: cgroupfs
containerRuntimeEndpoint: unix://%s
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
failSwapOn: false
resolvConf: ""
clusterDomain: %s
clusterDNS: [%s]
oomScoreAdj: 0
makeIPTablesUtilChains: false
volumePluginDir: /var/lib/kubelet/volume-plugins
nodeStatusUpdateFrequency: 5s
nodeLeaseDurationSeconds: 10
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {memory.available: 100Mi, nodefs.available: 1%%, nodefs.inodesFree: 1%%, imagefs.available: 1%%}
`

const networkText = `{"cniVersion": "1.0.0", "name": "pods", "plugins": [{
  "type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true,
  "ipam": {"type": "host-local", "ranges": [[{"subnet": "%s"}]], "routes": [{"dst": "0.0.0.0/0"}], "dataDir": "/run/cni"}
}]}
`
