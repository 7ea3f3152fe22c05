package nlp

import (
	"bytes"

	"minyi/nlp/jieba"
)

func openSegmenter(words []byte) (*jieba.Segmenter, error) {
	user, err := parseUserWords(words)
	if err != nil {
		return nil, err
	}
	return jieba.New(jieba.Dictionary{User: user})
}

func parseUserWords(words []byte) ([]jieba.UserWord, error) {
	return jieba.ParseUserWords("nlp.user_dictionary", bytes.NewReader(words))
}

// userWords are the installation's own words as last read. The learning loop
// alone touches them.
type userWords struct {
	content []byte // as last taken, or refused
	fresh   []byte // as read last: half a file still being written is not taken
	unread  bool   // the last attempt could not read them
}

// followUserWords takes the installation's own words into use when their file
// has changed: an instance is built beside the one that answers and put in its
// place, and the past is then cut and judged anew. A file that cannot be read,
// or has a fault in it, is logged once and changes nothing.
func (s *Service) followUserWords() {
	if s.cfg.ReadDictionary == nil || s.own == nil {
		return
	}
	content, err := s.cfg.ReadDictionary()
	known := err != nil && s.lexemes.unread
	s.lexemes.unread = err != nil
	switch {
	case err != nil:
	case bytes.Equal(content, s.lexemes.content):
	case !bytes.Equal(content, s.lexemes.fresh):
		s.lexemes.fresh = content
	default:
		s.lexemes.content = content
		err = s.swapUserWords(content)
	}
	if err != nil && !known {
		s.log.Warn("the user dictionary changed but is not taken; the one before stays in use", "err", err)
	}
}

func (s *Service) swapUserWords(content []byte) error {
	user, err := parseUserWords(content)
	if err != nil {
		return err
	}
	if err := s.own.Swap(jieba.Dictionary{User: user}); err != nil {
		return err
	}
	s.analyser.Store(NewAnalyser(s.own, s.taxonomy))
	s.log.Info("user dictionary taken into use", "words", len(user), "version", s.own.Version())
	return nil
}
