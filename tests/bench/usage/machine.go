package usage

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// ParseMachine returns, from the text of /proc/stat, the time for which all processors together were busy.
func ParseMachine(text string) (time.Duration, error) {
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	// user nice system idle iowait irq softirq steal; guests' time is in user's.
	const idle, iowait, last = 4, 5, 8
	if len(fields) <= last || fields[0] != "cpu" {
		return 0, errors.New("not the text of /proc/stat")
	}
	var busy time.Duration
	for i := 1; i <= last; i++ {
		n, err := strconv.ParseInt(fields[i], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("/proc/stat: %w", err)
		}
		if i != idle && i != iowait {
			busy += time.Duration(n) * tick
		}
	}
	return busy, nil
}

// OfMachine returns the time for which all processors together have been busy.
func OfMachine() (time.Duration, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	return ParseMachine(string(text))
}

// OfThisProcess returns the processor time of this process, without its children.
func OfThisProcess() (time.Duration, error) {
	return OfProcess(os.Getpid())
}
