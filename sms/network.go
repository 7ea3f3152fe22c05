package sms

import (
	"slices"

	"minyi"
)

// Network is a mobile network (运营商) by which numbers were given out. Since
// numbers may move between networks (携号转网, 2019), it is a guess: good for
// choosing the cheaper line first, not for refusing another.
type Network string

// Networks.
const (
	NetworkMobile    Network = "mobile"    // 中国移动
	NetworkUnicom    Network = "unicom"    // 中国联通
	NetworkTelecom   Network = "telecom"   // 中国电信
	NetworkBroadnet  Network = "broadnet"  // 中国广电
	NetworkUndecided Network = "undecided" // a prefix that the table does not know
)

// prefixes by which the networks were given numbers; four digits where a
// block of three is shared by virtual operators.
var prefixes = map[Network][]string{
	NetworkMobile: {"134", "135", "136", "137", "138", "139", "147", "148", "150", "151", "152", "157", "158", "159", "165", "172", "178",
		"182", "183", "184", "187", "188", "195", "197", "198", "1703", "1705", "1706"},
	NetworkUnicom: {"130", "131", "132", "140", "145", "146", "155", "156", "166", "167", "171", "175", "176", "185", "186", "196",
		"1704", "1707", "1708", "1709"},
	NetworkTelecom:  {"133", "141", "149", "153", "162", "173", "174", "177", "180", "181", "189", "190", "191", "193", "199", "1349", "1700", "1701", "1702"},
	NetworkBroadnet: {"192"},
}

// NetworkOf guesses the network of a number by its prefix, the longer first.
func NetworkOf(m minyi.Mobile) Network {
	digits := m.Reveal()
	for _, n := range []int{4, 3} {
		if len(digits) < n {
			continue
		}
		for network, list := range prefixes {
			if slices.Contains(list, digits[:n]) {
				return network
			}
		}
	}
	return NetworkUndecided
}
