package cli

import (
	"flag"
	"fmt"
	"io"

	"k8s.io/klog/v2"
)

// quietLibraries keeps what the Kubernetes libraries log off the terminal unless --v asks for it: what matters of
// it comes back as an error.
func quietLibraries(verbosity int, w io.Writer) {
	klog.LogToStderr(false)
	if verbosity <= 0 {
		klog.SetOutput(io.Discard)
		return
	}
	klog.SetOutput(w)
	var level klog.Level
	_ = level.Set(fmt.Sprint(verbosity)) // a number always parses
}

// QuietErrors keeps what the libraries call an error from going to the terminal besides. A process calls it once, before
// anything else: klog does not guard it.
func QuietErrors() {
	var flags flag.FlagSet
	klog.InitFlags(&flags)
	_ = flags.Set("stderrthreshold", "FATAL") // a severity that klog has
}
