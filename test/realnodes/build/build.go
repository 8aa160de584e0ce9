// Package build makes what real nodes run: kubelet, containerd, runc and the CNI plugins from Go modules, kept in the cache with the
// binaries of the control plane, and the project's own programs, in images and beside them, which are as new as the checkout.
package build

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	controlplane "github.com/kubectl-localpv/kubectl-localpv/test/controlplane/build"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/oci"
)

// The images that every node has.
const (
	Pause    = "localpv.test/pause:1"
	Recorder = "localpv.test/recorder:1"
	Client   = "localpv.test/client:1"
)

// Binaries returns the directory that holds kubelet, containerd, its shim, ctr, runc and the CNI plugins, and builds them if the cache has
// none. The first build takes minutes; progress goes to log.
func Binaries(ctx context.Context, log io.Writer) (string, error) {
	return controlplane.Cached(ctx, log, "what real nodes run", modules()...)
}

func modules() []controlplane.Module {
	const dir, containerd, cni = "test/realnodes/build/", "github.com/containerd/containerd/v2/", "github.com/containernetworking/plugins/plugins/"
	return []controlplane.Module{
		{Name: "kubelet", Dir: dir + "kubelet", LDFlags: controlplane.KubernetesLDFlags, Binaries: map[string]string{
			"kubelet": "k8s.io/kubernetes/cmd/kubelet",
		}},
		{Name: "containerd", Dir: dir + "containerd", LDFlags: containerdLDFlags, Tags: "no_btrfs,no_devmapper,no_zfs", Binaries: map[string]string{
			"containerd":              containerd + "cmd/containerd",
			"containerd-shim-runc-v2": containerd + "cmd/containerd-shim-runc-v2",
			"ctr":                     containerd + "cmd/ctr",
		}},
		{Name: "runc", Dir: dir + "runc", LDFlags: "-s -w", Cgo: true, Binaries: map[string]string{
			"runc": "github.com/opencontainers/runc",
		}},
		{Name: "the CNI plugins", Dir: dir + "cni", LDFlags: "-s -w", Binaries: map[string]string{
			"bridge":     cni + "main/bridge",
			"host-local": cni + "ipam/host-local",
			"loopback":   cni + "main/loopback",
		}},
	}
}

// Without it containerd calls itself an unknown version, and kubelet reads that from it. It follows containerd/go.mod.
const containerdLDFlags = "-s -w -X github.com/containerd/containerd/v2/version.Version=2.3.7"

// Images is where the images are, below the directory of the programs.
const Images = "images"

// Programs builds the project's own programs into a directory: images/*.tar, and runc, which stands between containerd and the real one.
func Programs(ctx context.Context, dir string, log io.Writer) error {
	root, err := controlplane.Root(ctx)
	if err != nil {
		return err
	}
	images := filepath.Join(dir, Images)
	if err := os.MkdirAll(images, 0o755); err != nil {
		return fmt.Errorf("make a directory for images: %w", err)
	}
	for _, name := range []string{"pause", "recorder", "client", "runc"} {
		if err := compile(ctx, root, filepath.Join(dir, name), name, log); err != nil {
			return err
		}
	}
	for name, ref := range map[string]string{"pause": Pause, "recorder": Recorder, "client": Client} {
		program, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return fmt.Errorf("read the program of image %s: %w", ref, err)
		}
		var image bytes.Buffer
		if err := oci.Write(&image, ref, name, program); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(images, name+".tar"), image.Bytes(), 0o600); err != nil {
			return fmt.Errorf("write image %s: %w", ref, err)
		}
	}
	return nil
}

// compile makes a program that needs nothing of the image that it is in.
func compile(ctx context.Context, root, file, name string, log io.Writer) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", file, "./test/realnodes/programs/"+name)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build %s: %w", name, err)
	}
	return nil
}
