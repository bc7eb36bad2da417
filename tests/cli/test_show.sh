#!/bin/sh
# test_show.sh - backfile-query show: every part of an article's page.
. "$(dirname "$0")/lib.sh"
make_demo

it 'shows all that an archived page has'
run 0 query show demo 6f00b890-45c4-4dcd-bf69-78997a739af7
out_has '^A rescue shaft has reached the 33 men'
out_has '^Three machines had raced each other towards the miners'
out_has '^Similar Readings \([1-5] items\)$'
out_has '^Note from the depths: all 33 Chilean miners are alive$'
out_has '^Summary$'
out_has '^A drilling machine has reached'
out_has '^Statistics$'
out_has '^181 Words$'
out_has '^8 Read Count$'
out_has '^Details$'
out_has '^ID: 6f00b890-45c4-4dcd-bf69-78997a739af7$'
out_has '^Category ID: world$'
out_has '^URL: https://harbour-wire\.example/world/2010/10/09/drill-breakthrough/$'
out_has '^Date: October 9, 2010$'
out_has '^Created: 2010/10/09 16:31$'
out_has '^Updated: 2023/08/05 10:00$'
out_has '^Last Read: 2018/07/03 22:47$'
err_is_empty

it 'shows a repeated paragraph once'
[ "$(grep -c '^Three machines had raced' out)" -eq 1 ] || fail 'more than once'

it 'leaves out what an article does not have'
printf '{"id":"bare","body":"Only a body."}\n' | index add -q bare - 2>/dev/null
run 0 query show bare bare
out_has '^Only a body\.$'
out_has '^3 Words$'
out_lacks 'Read Count|Summary|URL:|Date:|Created:|Category'

it 'shows an article without a trace of control characters'
printf '{"id":"esc","title":"red \\u001b[31m title","body":"bell \\u0007 and \\u202e turned"}\n' |
    index add -q bare - 2>/dev/null
run 0 query show bare esc
if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037]')" out; then fail 'control characters'; fi

it 'ends with 1 when there is no such article'
run 1 query show demo nosuchid
err_has 'nosuchid'
out_is_empty
run 2 query show demo
run 3 query show /nonexistent x
finish
