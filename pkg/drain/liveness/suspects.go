package liveness

// Line is the evidence in one line: "node-1: not answering for 14m; lease unmoved over 20s".
func (e Evidence) Line() string {
	text := e.Node + ": "
	for i, seen := range e.Seen {
		if i > 0 {
			text += "; "
		}
		text += seen
	}
	return text
}
