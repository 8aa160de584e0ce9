//go:build linux

package machine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// Run is what all parts of a run know. It is kept in the directory of the run:
//
//	run.json       this
//	lock           held by the keeper for as long as it lives
//	lab            the socket of the lab
//	kubeconfig     of the administrator, for the machine outside
//	programs/      what is built for the run, images among it
//	controlplane/  the directory of the control plane
//	log/           of the lab
//	nodes/1/       of a node: its socket, its disks, its logs, and what stays when the power is cut
type Run struct {
	// ID is in the name of everything that the run makes outside its directory.
	ID string
	// Dir is the directory of the run.
	Dir string
	// Nodes is how many there are.
	Nodes int
	// Stay lets the run outlive whoever has started it.
	Stay bool
	// NodeBin and PlaneBin are where the binaries are.
	NodeBin, PlaneBin string
	// GracePeriod and Toleration are GracePeriod and UnreachableToleration of the control plane.
	GracePeriod, Toleration time.Duration
	// Cgroups are directories of the run, one in each hierarchy. The keeper makes them.
	Cgroups []Cgroup
}

// Save writes what the parts read.
func (r Run) Save() error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write down what run %s is: %w", r.ID, err)
	}
	if err := os.WriteFile(r.file("run.json"), data, 0o600); err != nil {
		return fmt.Errorf("write down what run %s is: %w", r.ID, err)
	}
	return nil
}

// Load reads the run of a directory.
func Load(dir string) (Run, error) {
	var r Run
	data, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		return Run{}, fmt.Errorf("read what the run in %s is: %w", dir, err)
	}
	return r, nil
}

func (r Run) file(elem ...string) string {
	return filepath.Join(append([]string{r.Dir}, elem...)...)
}

// Kubeconfig is the administrator's, for the machine outside.
func (r Run) Kubeconfig() string { return r.file("kubeconfig") }

// Programs is where the project's own programs are.
func (r Run) Programs() string { return r.file("programs") }

// LabSocket is where the lab listens.
func (r Run) LabSocket() string { return r.file("lab") }

// NodeDir is what a node keeps when its power is cut.
func (r Run) NodeDir(n int) string { return r.file("nodes", strconv.Itoa(n)) }

// NodeSocket is where a node listens while it has power.
func (r Run) NodeSocket(n int) string { return filepath.Join(r.NodeDir(n), "socket") }

// NodeLog is what a program of a node says.
func (r Run) NodeLog(n int, program string) string {
	return filepath.Join(r.NodeDir(n), logDir, program)
}

// mark is the beginning of what the loop devices of a node are called. What is too long for a name of the kernel is its sum.
func (r Run) mark(n int) string {
	sum := sha256.Sum256([]byte(r.ID))
	return fmt.Sprintf("%s/%s/%s/", marker, hex.EncodeToString(sum[:8]), NodeName(n))
}

// Below the directory of a node.
const (
	disksDir   = "disks"
	devicesDir = "devices"
	logDir     = "logs"
)

// NodeName is the name of a node: n1, n2 and so on.
func NodeName(n int) string { return "n" + strconv.Itoa(n) }

// logged is the end of a log, which usually says why something stopped.
func logged(file string) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	const enough = 3000
	return string(data[max(0, len(data)-enough):])
}
