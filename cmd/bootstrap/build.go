package bootstrap

import (
	"cmp"
	"runtime/debug"
)

// The linker sets them where no version control is at hand, as in an image:
// -ldflags "-X ticketd/cmd/bootstrap.version=v1.2.3 -X ticketd/cmd/bootstrap.revision=0123abc".
var version, revision string

// Build says which version of the program this is, "(devel)" outside a release, and from which commit,
// "unknown" without one.
func Build() (ofVersion, ofRevision string) {
	ofVersion, ofRevision = version, revision
	info, ok := debug.ReadBuildInfo()
	if ok && ofVersion == "" {
		ofVersion = info.Main.Version
	}
	if ok && ofRevision == "" {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				ofRevision = s.Value
			}
		}
	}
	return cmp.Or(ofVersion, "(devel)"), cmp.Or(ofRevision, "unknown")
}
