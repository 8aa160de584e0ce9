package output

import (
	"io"
	"sync"
	"time"
)

// maxKept bounds what a Patient keeps for its reader; what does not fit is dropped. Progress writes it in hours.
const maxKept = 4 << 20

// maxTaken bounds one write, so that a reader who is slow is told from one who takes nothing.
const maxTaken = 4 << 10

// Patient is a writer in front of another that may block: it keeps what is written until the other takes it, so that whoever writes never
// waits. Errors of the other are not reported: nothing depends on what people are told.
type Patient struct {
	w io.Writer

	mu   sync.Mutex
	kept []byte
	// busy says that a part of what was kept is being written, and closed that nothing more is kept.
	busy, closed bool
	// more says that something was kept, and moved that something was taken.
	more, moved chan struct{}
}

// NewPatient returns a Patient in front of w. It has to be closed.
func NewPatient(w io.Writer) *Patient {
	p := &Patient{w: w, more: make(chan struct{}, 1), moved: make(chan struct{}, 1)}
	go p.pass()
	return p
}

// Behind is the writer that it is in front of.
func (p *Patient) Behind() io.Writer { return p.w }

// Write implements io.Writer. It does not fail.
func (p *Patient) Write(text []byte) (int, error) {
	p.mu.Lock()
	if !p.closed && len(p.kept)+len(text) <= maxKept {
		p.kept = append(p.kept, text...)
	}
	p.mu.Unlock()
	signal(p.more)
	return len(text), nil
}

// pass writes what is kept.
func (p *Patient) pass() {
	for range p.more {
		for {
			part, ended := p.next()
			if ended {
				return
			}
			if len(part) == 0 {
				break
			}
			_, _ = p.w.Write(part)
			p.mu.Lock()
			p.busy = false
			p.mu.Unlock()
			signal(p.moved)
		}
	}
}

// next takes a part of what is kept, and reports whether there will be no more.
func (p *Patient) next() (part []byte, ended bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := min(len(p.kept), maxTaken)
	part, p.kept = p.kept[:n:n], p.kept[n:]
	p.busy = n > 0
	return part, n == 0 && p.closed
}

// Flush waits until all is written that was kept, as long as the other takes something every now and then, and reports whether all is.
func (p *Patient) Flush(limit time.Duration) bool {
	for !p.idle() {
		patience := time.NewTimer(limit)
		select {
		case <-p.moved:
			patience.Stop()
		case <-patience.C:
			return false
		}
	}
	return true
}

func (p *Patient) idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.kept) == 0 && !p.busy
}

// Close flushes, keeps nothing more, and reports whether all is written.
func (p *Patient) Close(limit time.Duration) bool {
	all := p.Flush(limit)
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	signal(p.more)
	return all
}

// signal wakes whoever waits, now or next.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
