//go:build linux

package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/build"
)

// node is a node as it sees itself.
type node struct {
	number int
	run    Run // as it is seen inside

	mu      sync.Mutex
	kubelet *daemon
}

// runNode boots, says that it is ready, and serves until the power is cut.
func runNode(ctx context.Context, run Run, number int) error {
	_, _ = io.Copy(io.Discard, os.Stdin) // it ends when the link is there
	n := &node{number: number, run: run}
	containerd, err := n.boot(ctx)
	if err != nil {
		return err
	}
	failed := make(chan error, 2)
	go func() {
		<-containerd.done
		failed <- fmt.Errorf("containerd ended: %w", containerd.err)
	}()
	go func() { failed <- serve(n.run.NodeSocket(number), nodeService{ctx, n}) }()
	// Whoever is told that the node is ready may ask it something.
	err = until(ctx, "the node listens", func() (bool, error) {
		_, err := os.Stat(n.run.NodeSocket(number))
		return err == nil, err
	})
	if err != nil {
		return err
	}
	if _, err := os.Stdout.WriteString(ready); err != nil {
		return err
	}
	return <-failed
}

// boot makes the node, mounts its disks, and starts what a node runs.
func (n *node) boot(ctx context.Context) (containerd *daemon, err error) {
	if err := unix.Sethostname([]byte(NodeName(n.number))); err != nil {
		return nil, fmt.Errorf("call the node %s: %w", NodeName(n.number), err)
	}
	inside, err := mountNode(n.run, n.number)
	if err != nil {
		return nil, err
	}
	n.run = inside
	if err := os.Setenv("PATH", insideBin+":"+os.Getenv("PATH")); err != nil {
		return nil, err
	}
	if err := configureLink(ctx, n.number); err != nil {
		return nil, err
	}
	if err := n.insertDisks(); err != nil {
		return nil, err
	}
	if err := n.configure(); err != nil {
		return nil, err
	}
	containerd, err = n.startContainerd(ctx)
	if err != nil {
		return nil, err
	}
	return containerd, n.startKubelet()
}

// startContainerd returns when it answers and has the images.
func (n *node) startContainerd(ctx context.Context) (*daemon, error) {
	containerd, err := n.start("containerd", "-c", containerdConfig)
	if err != nil {
		return nil, err
	}
	err = until(ctx, "containerd answers", func() (bool, error) {
		select {
		case <-containerd.done:
			return false, fmt.Errorf("it ended: %w", containerd.err)
		default:
		}
		_, err := os.Stat(containerdSocket)
		return err == nil, err
	})
	if err != nil {
		return nil, err
	}
	archives, err := filepath.Glob(filepath.Join(n.run.Programs(), build.Images, "*.tar"))
	if err != nil || len(archives) == 0 {
		return nil, errors.Join(fmt.Errorf("there are no images in %s", n.run.Programs()), err)
	}
	for _, archive := range archives {
		out, err := exec.CommandContext(ctx, "ctr", "--address", containerdSocket, "--namespace", "k8s.io", "images", "import", archive).CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("import %s: %w: %s", archive, err, strings.TrimSpace(string(out)))
		}
	}
	return containerd, nil
}

func (n *node) startKubelet() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.kubelet != nil && n.kubelet.running() {
		return errors.New("start the kubelet: it is running")
	}
	kubelet, err := n.start("kubelet",
		"--config="+kubeletConfig,
		"--kubeconfig="+filepath.Join(n.run.NodeDir(n.number), "kubeconfig"),
		"--hostname-override="+NodeName(n.number),
		"--node-ip="+nodeAddress(n.number),
		"--cert-dir=/var/lib/kubelet/pki",
	)
	n.kubelet = kubelet
	return err
}

func (n *node) killKubelet() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.kubelet == nil || !n.kubelet.running() {
		return errors.New("kill the kubelet: it is not running")
	}
	return n.kubelet.kill()
}

func (n *node) execute(ctx context.Context, args []string) (Output, error) {
	if len(args) == 0 {
		return Output{}, errors.New("run a command: there is none")
	}
	text, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput()
	out := Output{Text: string(text)}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		out.Code = exit.ExitCode()
		return out, nil
	}
	return out, err
}
