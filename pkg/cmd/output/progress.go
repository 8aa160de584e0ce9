package output

import (
	"fmt"
	"io"
	"time"
)

// StepState says how far a step has come.
type StepState uint8

// The states of a step.
const (
	StepStarted StepState = iota
	StepWaiting
	StepRetrying
	StepDone
	StepFailed
	StepStopped
)

// StepEvent tells of one step. Number counts from 1.
type StepEvent struct {
	State     StepState
	Number    int
	Title     string
	Message   string
	At, Since time.Time
}

// heartbeat is how often a wait is told of again where nobody sees a clock run.
const heartbeat = 30 * time.Second

// Progress shows steps as they happen: a checklist on a terminal, elsewhere a line per change and a heartbeat. It
// belongs on standard error.
type Progress struct {
	w       io.Writer
	live    bool
	width   int
	palette Palette
	// told is what was said last of each step off a terminal, and when.
	told map[int]saying
}

type saying struct {
	text string
	at   time.Time
}

// NewProgress returns a Progress that writes to w. live says whether w is a terminal, of the streams' width and
// colors.
func NewProgress(w io.Writer, live bool, s Streams) *Progress {
	p := &Progress{w: w, live: live, width: s.Width, told: map[int]saying{}}
	if live {
		p.palette = s.Palette()
	}
	return p
}

// Event shows one event.
func (p *Progress) Event(e StepEvent) {
	if p.live {
		p.onTerminal(e)
		return
	}
	p.onPipe(e)
}

// eraseLine goes to the beginning of the line and clears it.
const eraseLine = "\r\x1b[K"

func (p *Progress) onTerminal(e StepEvent) {
	took := elapsed(e)
	switch e.State {
	case StepStarted, StepWaiting, StepRetrying:
		text := fmt.Sprintf("● %d %s  %s", e.Number, Clean(e.Title), took)
		if e.Message != "" {
			text += "  " + Clean(e.Message)
		}
		if p.width > 0 {
			text = Shorten(text, p.width-1) // a line that wraps cannot be taken back
		}
		fmt.Fprint(p.w, eraseLine+text)
	case StepDone:
		fmt.Fprintf(p.w, "%s%s %d %s  %s%s\n", eraseLine, p.palette.Paint(Good, "✓"), e.Number, Clean(e.Title), p.palette.Paint(Dim, took), because(e.Message))
	case StepFailed:
		fmt.Fprintf(p.w, "%s%s %d %s  %s%s\n", eraseLine, p.palette.Paint(Bad, "✗ failed:"), e.Number, Clean(e.Title), p.palette.Paint(Dim, took), because(e.Message))
	case StepStopped:
		fmt.Fprintf(p.w, "%s%s %d %s  %s%s\n", eraseLine, p.palette.Paint(Warn, "● stopped:"), e.Number, Clean(e.Title), p.palette.Paint(Dim, took), because(e.Message))
	}
}

func because(message string) string {
	if message == "" {
		return ""
	}
	return "  " + Clean(message)
}

func (p *Progress) onPipe(e StepEvent) {
	words := map[StepState]string{StepWaiting: "waiting", StepRetrying: "retrying", StepDone: "done", StepFailed: "failed", StepStopped: "stopped"}
	word, shown := words[e.State]
	if !shown {
		return
	}
	text := fmt.Sprintf("%d %s: %s", e.Number, word, Clean(e.Title))
	if e.Message != "" {
		text += ": " + Clean(e.Message)
	}
	if last := p.told[e.Number]; e.State == StepWaiting && text == last.text && e.At.Sub(last.at) < heartbeat {
		return
	}
	p.told[e.Number] = saying{text, e.At}
	fmt.Fprintf(p.w, "%s (%s)\n", text, elapsed(e))
}

func elapsed(e StepEvent) string {
	d := e.At.Sub(e.Since)
	if d < 10*time.Second {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}
