package output

import (
	"os"

	"golang.org/x/sys/windows"
)

// enableEscapes has a console act on escape sequences, which it does only when a program asks for it, and reports whether it
// does now. One that does not is in the mode of old versions of Windows.
func enableEscapes(f *os.File) bool {
	console := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}

// usable is how many columns of a console lines may take: it goes to the next line as soon as the last column is written, and
// would show an empty line after one that fills it.
func usable(columns int) int { return max(columns-1, 0) }
