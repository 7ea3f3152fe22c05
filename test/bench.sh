#!/usr/bin/env bash
# Every benchmark that docs/benchmarks.md quotes. Ratios are taken against a
# baseline in the same run, because shared machines are noisy. COUNT=5 for
# medians; BENCH=… for one group.
set -euo pipefail
cd "$(dirname "$0")/.."
count=${COUNT:-1}
time=${TIME:-1s}
only=${BENCH:-.}

group() { # title package pattern
	[[ $1 =~ $only ]] || return 0
	echo
	echo "## $1   (go test $2 -run '^$' -bench '$3' -benchtime $time -count $count)"
	go test "$2" -run '^$' -bench "$3" -benchtime "$time" -count "$count" -benchmem | grep -E '^(Benchmark|cpu:)' || true
}

# figures judges models and lists on the shared data (all rows, minutes).
figures() { # title pattern
	[[ $1 =~ $only ]] || return 0
	echo
	echo "## $1   (MINYI_EVALUATE=full go test ./nlp/evaluate -run '$2' -v)"
	MINYI_EVALUATE=full go test ./nlp/evaluate -run "$2" -v -count 1 -timeout 60m | grep -E '_test.go:|^(ok|FAIL|---)' || true
}

echo "# $(go version), $(nproc) cores, $(date -u +%F)"
group docstore-sqlite  ./internal/docstore/sqlite  'BenchmarkStore'
group docstore-drivers ./internal/docstore/sqlite  'BenchmarkDriver'
# The stand-in scans, so these few say how the engine works, not how fast
# MongoDB is.
(time=20x; group docstore-mongodb ./internal/docstore/mongodb 'BenchmarkStore/.*(insert|get|cas)')
group answer-submit    ./survey                    'BenchmarkSubmit'
group phone-page       ./survey                    'BenchmarkPage'
group import           ./survey                    'BenchmarkImport'
(time=1x; group queue-to-smpp ./sms                'BenchmarkQueueToCarrier')
group smpp-library     ./sms/smpp                  'Benchmark'
group sms-rules        ./sms                       'BenchmarkPolicy|BenchmarkParseReply'
group comments         ./nlp/jieba                 'BenchmarkComment|BenchmarkTag'
group masking          ./nlp/mask                  'BenchmarkText'
group training         ./nlp/learn                 'BenchmarkTrain'
figures topics         'TopicFolds'
figures polarity       'PolarityFolds'
figures words          'HotIssues|Purity|Masking|Segmentation'
group score-read       ./score                     'BenchmarkRead|BenchmarkCount|BenchmarkRecount'
# Reads must be flat in the number of answers: a million, then ten.
(time=60x; export MINYI_BENCH_ANSWERS=1000000; group score-million     ./score 'BenchmarkRead')
(time=60x; export MINYI_BENCH_ANSWERS=10000000; group score-ten-million ./score 'BenchmarkRead')
group score-sums       ./score/tally               'BenchmarkSum'
group cloud            ./charts/svg                'Benchmark'
group export           ./charts/export             'Benchmark'
(time=1x; group voice  ./test/phones               'Benchmark')
