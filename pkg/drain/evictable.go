package drain

// Eviction says which Pods kubectl drain would evict, and how; its fields are that command's flags.
type Eviction struct {
	IgnoreDaemonSets   bool
	DeleteEmptyDirData bool
	Force              bool
	PodSelector        string
	// GracePeriodSeconds is given to each Pod; negative: its own.
	GracePeriodSeconds int
}
