package output

import (
	"strings"
	"sync"
	"testing"
	"time"
)

// gate is a reader who takes nothing until it is opened.
type gate struct {
	open chan struct{}

	mu sync.Mutex
	b  strings.Builder
}

// Write implements io.Writer.
func (g *gate) Write(text []byte) (int, error) {
	<-g.open
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.b.Write(text)
}

func (g *gate) text() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.b.String()
}

// TestPatientWaitsForNobody: who writes goes on although nobody reads, and all is there in order once somebody does.
func TestPatientWaitsForNobody(t *testing.T) {
	g := &gate{open: make(chan struct{})}
	p := NewPatient(g)
	var want strings.Builder
	for range 3 * maxTaken {
		for _, text := range []string{"one\n", "two\n"} {
			want.WriteString(text)
			if n, err := p.Write([]byte(text)); n != len(text) || err != nil {
				t.Fatalf("%d, %v", n, err)
			}
		}
	}
	if p.Flush(time.Millisecond) {
		t.Error("it is said to be written although nobody reads")
	}
	close(g.open)
	if !p.Close(time.Minute) || g.text() != want.String() {
		t.Errorf("%d bytes came of %d", len(g.text()), want.Len())
	}
	_, _ = p.Write([]byte("late"))
	if strings.Contains(g.text(), "late") {
		t.Error("it takes what is written after its end")
	}
}

// TestPatientHasLimits: what nobody ever reads does not grow without end.
func TestPatientHasLimits(t *testing.T) {
	g := &gate{open: make(chan struct{})}
	p := NewPatient(g)
	for range 2 * maxKept / maxTaken {
		_, _ = p.Write(make([]byte, maxTaken))
	}
	if len(p.kept) > maxKept {
		t.Errorf("%d bytes are kept", len(p.kept))
	}
	if p.Close(time.Millisecond) {
		t.Error("it is said to be written although nobody reads")
	}
	close(g.open)
}
