package output

import (
	"fmt"
	"io"
	"slices"
	"strings"
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
	State   StepState
	Number  int
	Title   string
	Message string
	// Member is whose move the step is part of, and Heading what is said of it before its first step.
	Member, Heading string
	At, Since       time.Time
}

// heartbeat is how often a wait is told of again where nobody sees a clock run.
const heartbeat = 30 * time.Second

// maxRunning is how many steps are shown at a time that run side by side.
const maxRunning = 8

// Progress shows steps as they happen: on a terminal a log of what is done, under the name of the member that it is done
// for, with a line below it for each step that runs; elsewhere a line per change and a heartbeat. It belongs on standard
// error.
type Progress struct {
	w       io.Writer
	live    bool
	width   int
	palette Palette
	// told is what was said last of each step off a terminal, and when.
	told map[int]saying
	// headed are the members whose heading has been written, running the last events of the steps that run, in the order
	// of the Plan, and drawn is how many lines below the log stand for them.
	headed  map[string]bool
	running []StepEvent
	drawn   int
}

type saying struct {
	text string
	at   time.Time
}

// NewProgress returns a Progress that writes to w. live says whether w is a terminal, of the streams' width and
// colors.
func NewProgress(w io.Writer, live bool, s Streams) *Progress {
	p := &Progress{w: w, live: live, width: s.Width, told: map[int]saying{}, headed: map[string]bool{}}
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

// What a terminal is told, so that lines are written over: to go to the beginning of the line and clear what follows, and
// to go one line up.
const (
	eraseBelow = "\r\x1b[J"
	lineUp     = "\x1b[1A"
)

func (p *Progress) onTerminal(e StepEvent) {
	var b strings.Builder
	if p.drawn > 0 {
		b.WriteString(strings.Repeat(lineUp, p.drawn-1) + eraseBelow)
	}
	if e.Heading != "" && !p.headed[e.Member] {
		p.headed[e.Member] = true
		b.WriteString(p.palette.Paint(Heading, Clean(e.Heading)) + "\n")
	}
	p.running = slices.DeleteFunc(p.running, func(r StepEvent) bool { return r.Number == e.Number })
	if ended := p.ended(e); ended != "" {
		b.WriteString(ended)
	} else {
		at, _ := slices.BinarySearchFunc(p.running, e, func(a, b StepEvent) int { return a.Number - b.Number })
		p.running = slices.Insert(p.running, at, e)
	}
	b.WriteString(p.below(e.At))
	fmt.Fprint(p.w, b.String())
}

// ended is the line for the end of a step, empty if it goes on.
func (p *Progress) ended(e StepEvent) string {
	mark, known := map[StepState]string{
		StepDone: p.palette.Paint(Good, "✓"), StepFailed: p.palette.Paint(Bad, "✗ failed:"), StepStopped: p.palette.Paint(Warn, "● stopped:"),
	}[e.State]
	if !known {
		return ""
	}
	return fmt.Sprintf("%s %d %s  %s%s\n", mark, e.Number, Clean(e.Title), p.palette.Paint(Dim, elapsed(e)), because(e.Message))
}

// below are the lines for the steps that run, as of now.
func (p *Progress) below(now time.Time) string {
	var lines []string
	for _, e := range p.running {
		e.At = now
		lines = append(lines, p.fit(fmt.Sprintf("● %d %s  %s", e.Number, Clean(e.Title), elapsed(e)), because(e.Message)))
	}
	if hidden := len(lines) - maxRunning; hidden > 0 {
		lines = append(lines[:maxRunning], fmt.Sprintf("and %d more", hidden))
	}
	p.drawn = len(lines)
	return strings.Join(lines, "\n")
}

// fit is a line that does not wrap, for one that does cannot be taken back. Of what is said beside the step, the beginning
// matters most.
func (p *Progress) fit(step, beside string) string {
	room := p.width - 1
	switch {
	case p.width == 0 || width(step+beside) <= room:
		return step + beside
	case width(step) >= room:
		return Shorten(step, room)
	}
	return step + firstColumns(beside, room-width(step)-1) + "…"
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

func elapsed(e StepEvent) string { return shortly(e.At.Sub(e.Since)) }

// shortly is a time as exact as a reader wants it.
func shortly(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}
