package e2e

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// TestWatch follows a volume through its phases: a claim takes it, goes, and the volume is deleted.
func TestWatch(t *testing.T) {
	e := readManifest(t, "testdata/mortal.yaml", "-watch")
	ctx := within(t)
	if err := applyNodes(ctx, e); err != nil {
		t.Fatal(err)
	}
	if err := applyRest(ctx, e); err != nil {
		t.Fatal(err)
	}
	watched, next := startWatch(ctx, "ls", "--watch", "--class", e.name, "--kubeconfig", cluster.Kubeconfig())
	client := cluster.Client().CoreV1()
	volume := e.object("a")
	steps := []struct {
		phase string
		do    func() error
	}{
		{"Bound", func() error { return nil }},
		{"Released", func() error {
			if err := client.Pods(e.namespace).Delete(ctx, "db", metav1.DeleteOptions{}); err != nil {
				return err
			}
			return client.PersistentVolumeClaims(e.namespace).Delete(ctx, "data", metav1.DeleteOptions{})
		}},
		{"Deleted", func() error { return client.PersistentVolumes().Delete(ctx, volume, metav1.DeleteOptions{}) }},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		var lines []string
		for {
			line, err := next()
			if err != nil {
				t.Fatalf("the watch ended before %s was %s: %v\n%s", volume, step.phase, err, strings.Join(lines, "\n"))
			}
			lines = append(lines, line)
			if strings.Contains(line, volume) && strings.Contains(line, step.phase) {
				break
			}
		}
	}
	if exit := watched(); exit != cli.ExitInterrupted {
		t.Errorf("exit %d, want %d", exit, cli.ExitInterrupted)
	}
}

// startWatch runs the plugin beside the test. next returns its next line; stop interrupts it and returns the exit code.
func startWatch(ctx context.Context, args ...string) (stop func() int, next func() (string, error)) {
	ctx, interrupt := context.WithCancel(ctx)
	read, write := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		exit := cmd.Main(ctx, args, output.Streams{In: strings.NewReader(""), Out: write, ErrOut: io.Discard})
		ended <- exit
		_ = write.Close() // a pipe of this kind always closes
	}()
	lines := bufio.NewScanner(read)
	next = func() (string, error) {
		if !lines.Scan() {
			return "", io.ErrUnexpectedEOF
		}
		return lines.Text(), nil
	}
	stop = func() int {
		interrupt()
		go func() { _, _ = io.Copy(io.Discard, read) }()
		return <-ended
	}
	return stop, next
}
