package controlplane_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/hack/controlplane"
)

func TestFirst(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cp, err := controlplane.Start(ctx, controlplane.Options{Nodes: controlplane.NewNodes("node", 4), Log: os.Stderr, BinDir: os.Getenv("BIN")})
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	t.Log(cp.Stop())
	t.Log(time.Since(begin))
}
