"""Sentences that compare two places, groups or years, held against a published edition: right ones and slips of one."""

import re
from functools import cache

import pytest

from sesec_analysis import checkout
from sesec_analysis.archive.drafts import check
from sesec_analysis.archive.drafts.known_findings import FindingIndex
from sesec_analysis.archive.drafts.reading import Passage
from sesec_analysis.editions import finished

RIGHT = """\
Compared with White students, Black students in Seattle Public Schools were 6.4 times as likely to be suspended or
  expelled in 2018–19.
While 61.1 percent of students in Southeast Seattle came from low-income families in 2023–24, 28.1 percent in the rest
  of Seattle did.
In 2022–23, 53.7 percent of high school students’ answers about school in Southeast Seattle were favorable, compared
  with 48.6 percent in the rest of Seattle.
Whereas 81.8 percent of students in the rest of Seattle graduated within four years in 2018–19, 88.9 percent of
  students in Southeast Seattle did.
Unlike the rest of Seattle, where White students made up 51.8 percent of enrollment in 2023–24, Southeast Seattle’s
  schools were 16.9 percent White.
In 2023–24 elementary and K-8 schools in Southeast Seattle were budgeted $16,521 per student, versus $13,639 in the
  rest of Seattle.
Black students in Seattle Public Schools were suspended or expelled at 4.2 times the rate of all other students in
  2022–23; for Hispanic or Latino students it was 1.41 times.
In 2023–24, just 39.7 percent of Southeast Seattle students met the state standard in math, down from 51.1 percent in
  2017–18.
Among students who were tested, 42.0 percent in Southeast Seattle met the math standard in 2023–24, compared with 52.4
  percent in 2017–18.
Between 2018–19 and 2023–24, regular attendance in Southeast Seattle fell by 13.2 points, and among low-income
  students it fell by 14.9 points.
Compared with the rest of the city, where 10.3 percent of students were multilingual learners in 2023–24, 28.1 percent
  of Southeast Seattle’s students were.
Relative to the rest of Seattle, middle schoolers in Southeast Seattle gave 6.1 points fewer favorable answers about
  school in 2022–23.
At the middle school level, 39.4 percent of answers about belonging were favorable in Southeast Seattle in 2022–23,
  against 48.2 percent in the rest of Seattle.
More than six in ten students in Southeast Seattle (61.1 percent) were from low-income families in 2023–24, compared
  to 34.3 percent across Seattle Public Schools.
In 2018–19, students in Southeast Seattle were more likely to graduate in four years than those in the rest of
  Seattle, 88.9 percent versus 81.8 percent.
Southeast Seattle schools spent $18,346 per student from the general fund in 2018–19, more than the $16,386 spent in
  the rest of Seattle.
In the 2016–17 school year, 62.6 percent of eighth-grade girls in Southeast Seattle met the math standard, while 55.6
  percent of eighth-grade boys did.
Multilingual learners made up 28.1 percent of students in Southeast Seattle in 2023–24, about twice the 14.2 percent
  statewide.
Our neighborhood’s students face longer odds: while between 58.1 and 59.3 percent of students in the rest of Seattle
  met the math standard in 2023–24, just 39.7 percent did in Southeast Seattle.
Students from low-income families account for 61.1 percent of enrollment in Southeast Seattle, more than double the
  28.1 percent seen elsewhere in Seattle (2023–24).
In 2022–23, only two in five middle school students’ answers about safety were favorable in Southeast Seattle, whereas
  half were in the rest of the city.
When it comes to graduating on time, Southeast Seattle leads: 88.9 percent of its students graduated within four years
  in 2018–19, compared to 81.8 percent in the rest of Seattle.
As a principal I note that the levy brought $1,131 per student to elementary and K-8 schools in Southeast Seattle in
  2023–24, versus $465 per student in the rest of Seattle.
In 2022–23, Black children in Seattle Public Schools were suspended or expelled almost six times as often as White
  children.
Among students of Southeast Seattle who took the test, 50.5 percent met the ELA standard in 2023–24, down 6.3 points
  from 2017–18.
Multilingual learners are nearly three times as large a share of students in Southeast Seattle as in the rest of
  Seattle: 28.1 percent versus 10.3 percent in 2023–24.
Compared with their peers elsewhere in the city, middle schoolers in Southeast Seattle were less likely to feel they
  belong in 2022–23: 39.4 percent of their answers were favorable, against 48.2 percent.
In 2022–23, 4.5 percent of Pacific Islander students in Seattle Public Schools were suspended or expelled, versus 1.0
  percent of White students.
Students from low-income families in Southeast Seattle attended less regularly than all students there in 2023–24
  (66.7 percent compared with 71.7 percent).
From 2018–19 to 2023–24, regular attendance among low-income students in Southeast Seattle slid from 81.6 to 66.7
  percent.
Eighth-grade girls in Southeast Seattle outperformed boys in ELA in 2016–17: 66.2 percent of girls met the standard,
  compared with 49.1 percent of boys.
High school students in Southeast Seattle gave a higher share of favorable answers about fairness in 2022–23 than high
  school students in the rest of Seattle, 51.4 percent versus 43.2 percent.
In contrast with 51.8 percent in the rest of Seattle, only 16.9 percent of students in Southeast Seattle were White in
  2023–24.
Southeast Seattle’s middle schoolers trailed the rest of Seattle by 9.9 points in favorable answers about safety in
  2022–23.
Compared with the rest of Seattle, elementary and K-8 schools in Southeast Seattle were budgeted more per student in
  2023–24: $16,521 versus $13,639.
Compared to 28.1 percent in the rest of Seattle, 61.1 percent of students in Southeast Seattle came from low-income
  families in 2023–24.
Compared with 81.8 percent of students in the rest of Seattle, 88.9 percent of students in Southeast Seattle graduated
  within four years in 2018–19.
In 2018–19, 88.9 percent of Southeast Seattle students graduated within four years, a higher share than the 81.8
  percent in the rest of Seattle.
In 2018–19 the four-year graduation rate in Southeast Seattle was 88.9 percent, 7.1 points above the rest of Seattle.
Southeast Seattle’s four-year graduation rate of 88.9 percent in 2018–19 topped the 81.8 percent in the rest of the
  city.
The four-year graduation rate was higher in Southeast Seattle (88.9 percent) than in the rest of Seattle (81.8
  percent) in 2018–19.
In 2018–19, Black students in Seattle Public Schools were 6.4 times as likely as White students to be suspended or
  expelled.
White students in Seattle Public Schools were suspended or expelled at a rate of 1.0 percent in 2022–23, while the
  rate for Black students was 5.7 percent.
In Seattle Public Schools, 5.7 percent of Black students were suspended or expelled in 2022–23, compared with 1.0
  percent of White students and 0.6 percent of Asian students.
Relative to all other students, Black students in Seattle Public Schools were suspended or expelled at 4.2 times the
  rate in 2022–23.
Compared with all other students, Black students in Seattle Public Schools were 4.2 times as likely to be suspended or
  expelled in 2022–23.
In 2022–23, middle school students in Southeast Seattle felt less positive about safety than their peers in the rest
  of Seattle: 39.9 percent of answers were favorable, compared with 49.9 percent.
Where 48.2 percent of middle school answers about belonging were favorable in the rest of Seattle in 2022–23, only
  39.4 percent were in Southeast Seattle.
Regular attendance in Southeast Seattle stood at 71.7 percent in 2023–24, versus 84.9 percent in 2018–19.
In 2018–19, 84.9 percent of Southeast Seattle students attended regularly; by 2023–24 only 71.7 percent did.
From 2018–19 to 2023–24, the share of students attending regularly in Southeast Seattle fell from 84.9 percent to 71.7
  percent.
While 71.7 percent of all students in Southeast Seattle attended regularly in 2023–24, only 66.7 percent of students
  from low-income families did.
In 2023–24, multilingual learners were 28.1 percent of students in Southeast Seattle versus 10.3 percent elsewhere in
  the city.
One in six students in Southeast Seattle was White in 2023–24, compared with about half in the rest of Seattle.
Southeast Seattle is home to a larger share of multilingual learners than the rest of Seattle (28.1 percent vs. 10.3
  percent in 2023–24).
In 2023–24, 27.6 percent of students in Southeast Seattle were Black, against 11.0 percent in the rest of Seattle.
While statewide 49.9 percent of students were from low-income families in 2023–24, in Southeast Seattle 61.1 percent
  were.
Per student, Southeast Seattle’s schools spent $18,346 from the general fund in 2018–19, compared with a statewide
  average of $14,213.
Teachers in Southeast Seattle had 9.6 years of experience on average in 2016–17, compared with 11.1 years in the rest
  of Seattle.
In 2016–17, 47.7 percent of third-grade girls in Southeast Seattle met the ELA standard compared with 43.2 percent of
  third-grade boys.
In 2016–17, low-income eighth graders in Southeast Seattle met the math standard at a rate of 50.5 percent, well below
  the 74.2 percent of their peers who were not low-income.
Compared with 2017–18, when 51.1 percent of Southeast Seattle students met the math standard, only 39.7 percent did in
  2023–24.
The share of Southeast Seattle students meeting the ELA standard dropped from 55.5 percent in 2017–18 to 48.1 percent
  in 2023–24.
Only 36.2 percent of Southeast Seattle students met the science standard in 2023–24, versus 48.1 percent in ELA and
  39.7 percent in math.
In 2022–23, high school students in Southeast Seattle were more positive about safety than those in the rest of
  Seattle, by 7.3 points.
A budget of $16,521 per student in Southeast Seattle’s elementary and K-8 schools in 2023–24 exceeded the rest of
  Seattle’s $13,639.
In 2023–24, students in Southeast Seattle were more than twice as likely to come from low-income families as students
  in the rest of Seattle.
In contrast to the rest of Seattle, where 31 percent of schools received Title I funds in 2023–24, 93 percent of
  schools in Southeast Seattle did.
Roughly twice the share of residents in Southeast Seattle as in the rest of Seattle speak a language other than
  English at home.
The gap between Southeast Seattle and the rest of Seattle in four-year graduation was 7.1 points in 2018–19.
Southeast Seattle outpaced the rest of Seattle in four-year graduation in 2018–19: 88.9 percent compared with 81.8
  percent.
Compared with high school students in the rest of Seattle, those in Southeast Seattle gave 5.1 points more favorable
  answers about school in 2022–23.
High schoolers in Southeast Seattle answered more favorably about safety than high schoolers in the rest of Seattle in
  2022–23 (56.8 percent vs. 49.5 percent).
Against a budget of $13,639 per student at elementary and K-8 schools in the rest of Seattle, those in Southeast
  Seattle had $16,521 in 2023–24.
For every student, elementary and K-8 schools in Southeast Seattle were budgeted $404 from federal Title I in 2023–24,
  compared with $112 in the rest of Seattle.
In 2023–24, Southeast Seattle’s schools were 27.5 percent Asian, compared with 9.0 percent in the rest of Seattle.
In 2022–23 the suspension and expulsion rate was 5.7 percent for Black students and 1.0 percent for White students in
  Seattle Public Schools.
In Seattle Public Schools, White students were suspended or expelled at 0.36 times the rate of all other students in
  2022–23.
Between 2017–18 and 2023–24, math proficiency in Southeast Seattle fell from 51.1 percent to 39.7 percent.
ELA results in Southeast Seattle, at 48.1 percent in 2023–24, were down from 55.5 percent in 2017–18.
Among eighth graders in Southeast Seattle in 2016–17, 74.2 percent of those not from low-income families met the math
  standard, compared with 50.5 percent of those from low-income families.
Black students were 27.6 percent of enrollment in Southeast Seattle but 11.0 percent in the rest of Seattle in
  2023–24.
Students in Southeast Seattle are about twice as likely as students across the district to be multilingual learners
  (28.1 percent compared with 13.9 percent in 2023–24).
In 2023–24 the share of multilingual learners in Southeast Seattle was 2.7 times as high as in the rest of Seattle.
Relative to White students in Seattle Public Schools, Asian students were suspended or expelled at 0.6 times the rate
  in 2022–23.
More than six in ten students in Southeast Seattle are from low-income families, whereas fewer than three in ten are
  in the rest of Seattle (2023–24).
In 2023–24, the share of Black students was 27.6 percent in Southeast Seattle and 11.0 percent in the rest of Seattle.
Seattle’s Black students were suspended or expelled at a rate 6.2 points higher than all other students in 2014–15; by
  2018–19 the gap was 4.5 points.
Elementary and K-8 schools in the rest of Seattle were budgeted less per student than those in Southeast Seattle in
  2023–24: $13,639 as opposed to $16,521.
In 2016–17, half of low-income eighth graders in Southeast Seattle met the math standard, compared with about three
  quarters of those who were not low-income.
The difference between Southeast Seattle and the rest of Seattle in middle schoolers’ favorable answers about safety
  was 9.9 points in 2022–23.
High school students in the rest of Seattle were 5.1 points less favorable about school than high school students in
  Southeast Seattle in 2022–23.
While attendance improved from 70.4 percent in 2022–23 to 71.7 percent in 2023–24 in Southeast Seattle, it is still
  below the 84.9 percent of 2018–19.
Students in Southeast Seattle were more likely than students in the rest of Seattle to graduate within four years
  (88.9 percent vs. 81.8 percent, 2018–19).
As against 14.2 percent statewide, 28.1 percent of Southeast Seattle’s students were multilingual learners in 2023–24.
On average, teachers in the rest of Seattle had 11.1 years of experience in 2016–17, and teachers in Southeast Seattle
  had 9.6 years.
In 2017–18 there were 14.4 students per teacher in Southeast Seattle, fewer than the 15.6 in the rest of Seattle.
In 2022–23, 5.7 percent of students who are Black were suspended or expelled in Seattle Public Schools.
In Seattle Public Schools the rate of suspension or expulsion was 5.7 percent of Black students and 1.0 percent of
  White students in 2022–23.
Of Black students in Seattle Public Schools, 5.7 percent were suspended or expelled in 2022–23.
Of students in Southeast Seattle, 39.7 percent met the math standard in 2023–24.
Of those tested in Southeast Seattle, 42.0 percent met the math standard in 2023–24.
Of all students in Southeast Seattle in 2023–24, 27.6 percent were Black and 16.9 percent were White.
Low-income students in Southeast Seattle attended regularly at a rate of 66.7 percent in 2023–24.
In 2023–24, 39.7 percent of students in Southeast Seattle met the math standard, or 42.0 percent of those tested.
While teachers in the rest of Seattle averaged 11.1 years of experience in 2016–17, those in Southeast Seattle
  averaged 9.6 years.
The suspension and expulsion rate for Black students in Seattle Public Schools fell from 8.4 percent in 2014–15 to 5.7
  percent in 2022–23.
Compared to the 42.0 percent of Southeast Seattle residents who spoke a language other than English at home, 17.8
  percent did in the rest of Seattle (2013–2017).
In 2022–23, a Black student in Seattle Public Schools was 5.7 times as likely as a White student to be suspended or
  expelled.
In 2023–24 the ELA gap between Southeast Seattle and the rest of Seattle was 19.3–19.7 points.
In 2023–24, math results in Southeast Seattle trailed those in the rest of Seattle by 18.4–19.7 points.
Asian students made up 27.5 percent of Southeast Seattle’s students, against just 9.0 percent elsewhere in Seattle, in
  2023–24.
Southeast Seattle’s students are less often White (16.9 percent in 2023–24) than students in the rest of Seattle (51.8
  percent).
In 2022–23 favorable answers about school came to 62.8 percent among elementary students in Southeast Seattle and 64.2
  percent among those in the rest of Seattle.
In 2022–23, Black students in Seattle Public Schools were suspended or expelled 4.2 times more often than all other
  students.
In 2022–23, Black students in Seattle Public Schools were 5.7 times more likely than White students to be suspended or
  expelled.
In 2023–24, 61.1 percent of students in Southeast Seattle came from low-income families. In the rest of Seattle, 28.1
  percent did.
Black students in Seattle Public Schools were suspended or expelled at 4.2 times the rate of all other students in
  2022–23. They were 5.7 times as likely as White students to be suspended or expelled.
In 2022–23, 39.9 percent of middle schoolers’ answers about safety in Southeast Seattle were favorable. In the rest of
  Seattle, 49.9 percent were.
Nearly half of the students in Southeast Seattle met the ELA standard in 2023–24, while in the rest of the city about
  two thirds did.
In 2016–17, 35.6 percent of residents of Southeast Seattle lived under 200 percent of the federal poverty level,
  compared with 21.4 percent in the rest of Seattle.
Middle schoolers in the rest of Seattle answered more favorably about teaching (52.2 percent) than middle schoolers in
  Southeast Seattle (49.8 percent) in 2022–23.
Compared to Asian students, of whom 0.6 percent were suspended or expelled in Seattle Public Schools in 2022–23, 5.7
  percent of Black students were.
In 2014–15, 8.4 percent of Black students in Seattle Public Schools were suspended or expelled; in 2022–23 it was 5.7
  percent.
Hispanic or Latino students are 17.4 percent of students in Southeast Seattle and 13.9 percent of students in the rest
  of Seattle (2023–24).
In 2023–24 the state standard in science was met by 36.2 percent of students in Southeast Seattle, versus between 53.2
  and 55.0 percent in the rest of Seattle.
"""

WRONG = """\
Compared with Black students, White students in Seattle Public Schools were 6.4 times as likely to be suspended or
  expelled in 2018–19.
While 28.1 percent of students in Southeast Seattle came from low-income families in 2023–24, 61.1 percent in the rest
  of Seattle did.
In 2017–18, just 39.7 percent of Southeast Seattle students met the state standard in math, down from 51.1 percent in
  2023–24.
Of all students in the tested grades, 42.0 percent in Southeast Seattle met the math standard in 2023–24, compared
  with 52.4 percent in 2017–18.
Among students who took the test, 39.7 percent in Southeast Seattle met the math standard in 2023–24.
At the high school level, 39.4 percent of answers about belonging were favorable in Southeast Seattle in 2022–23,
  against 48.2 percent in the rest of Seattle.
In the 2016–17 school year, 62.6 percent of eighth-grade boys in Southeast Seattle met the math standard, while 55.6
  percent of eighth-grade girls did.
Nearly 60 percent of students in Southeast Seattle came from low-income families in 2023–24, compared with over 30
  percent in the rest of Seattle.
Over half of Southeast Seattle students met the ELA standard in 2023–24.
In 2022–23, middle schoolers’ answers about safety were 9.9 points more favorable in Southeast Seattle than in the
  rest of Seattle.
Compared with Southeast Seattle, the rest of Seattle saw 7.1 points more of its students graduate within four years in
  2018–19.
Between 2018–19 and 2023–24, regular attendance in Southeast Seattle fell by 13.2 percent.
In 2023–24, Southeast Seattle enrolled Hispanic students at twice the rate of the rest of Seattle.
Across Seattle Public Schools, 49.9 percent of students came from low-income families in 2023–24, compared with 61.1
  percent in Southeast Seattle.
Compared to the rest of Seattle, where $16,521 was budgeted per student at elementary and K-8 schools in 2023–24,
  Southeast Seattle’s schools were budgeted $13,639.
In 2018–19, students in the rest of Seattle were more likely to graduate in four years than those in Southeast
  Seattle, 88.9 percent versus 81.8 percent.
While Southeast Seattle schools served 51.8 percent White students in 2023–24, schools in the rest of Seattle served
  16.9 percent.
Compared with White students, Black students in Seattle Public Schools were 4.2 times as likely to be suspended or
  expelled in 2022–23.
In 2023–24, 66.7 percent of students in Southeast Seattle attended school regularly, compared with 81.6 percent in
  2018–19.
Since 2017–18, the share of Southeast Seattle students meeting the ELA standard has dropped by 11.4 points.
Our neighborhood’s students face longer odds: while between 58.7 and 63.5 percent of students in the rest of Seattle
  met the math standard in 2023–24, just 42.0 percent did in Southeast Seattle.
Students from low-income families account for 61.1 percent of enrollment in Southeast Seattle, more than double the
  34.3 percent seen elsewhere in Seattle (2023–24).
In 2022–23, only two in five high school students’ answers about safety were favorable in Southeast Seattle, whereas
  half were in the rest of the city.
When it comes to graduating on time, the rest of Seattle leads: 88.9 percent of its students graduated within four
  years in 2018–19, compared to 81.8 percent in Southeast Seattle.
As a principal I note that the levy brought $465 per student to elementary and K-8 schools in Southeast Seattle in
  2023–24, versus $1,131 per student in the rest of Seattle.
In 2022–23, White children in Seattle Public Schools were suspended or expelled almost six times as often as Black
  children.
Among all students of Southeast Seattle, 50.5 percent met the ELA standard in 2023–24, down 6.3 points from 2017–18.
Regular attendance in Southeast Seattle dropped nearly 13 percent between 2018–19 and 2023–24, while it dropped 14.9
  percent for low-income students.
Black students in Seattle Public Schools were suspended or expelled about twice as often as Hispanic students in
  2014–15, at 6.4 percent versus 4.5 percent.
Compared with students statewide, 49.9 percent of whom came from low-income families in 2023–24, Seattle Public
  Schools enrolled a larger share, 61.1 percent.
Compared with their peers elsewhere in the city, middle schoolers in Southeast Seattle were more likely to feel they
  belong in 2022–23: 39.4 percent of their answers were favorable, against 48.2 percent.
Where Southeast Seattle had 28.1 percent of its students from low-income families in 2023–24, the rest of Seattle had
  61.1 percent.
In 2022–23, 4.5 percent of Native American students in Seattle Public Schools were suspended or expelled, versus 1.0
  percent of White students.
All students in Southeast Seattle attended less regularly than students from low-income families there in 2023–24
  (71.7 percent compared with 66.7 percent).
The average elementary and K-8 school budget in the rest of Seattle was 1.21 times the average in Southeast Seattle in
  2023–24.
From 2018–19 to 2023–24, regular attendance among low-income students in Southeast Seattle slid from 84.9 to 71.7
  percent.
Over 40 percent of Southeast Seattle students met the math standard in 2023–24, compared with nearly 60 percent in the
  rest of Seattle.
High school students in Southeast Seattle gave a higher share of favorable answers about fairness in 2022–23 than
  middle school students in Southeast Seattle, 51.4 percent versus 44.3 percent.
Southeast Seattle’s high schoolers trailed the rest of Seattle by 7.3 points in favorable answers about safety in
  2022–23.
In Washington, students in Southeast Seattle aside, 34.3 percent of students came from low-income families in 2023–24,
  versus 61.1 percent in Southeast Seattle.
42.0 percent of students in Southeast Seattle met the math standard in 2023–24.
Of all Southeast Seattle students, tested or not, 50.5 percent met the ELA standard in 2023–24.
Compared with the rest of Seattle, elementary and K-8 schools in Southeast Seattle were budgeted less per student in
  2023–24: $16,521 versus $13,639.
In 2018–19 the four-year graduation rate in Southeast Seattle was 88.9 percent, 7.1 points below the rest of Seattle.
The four-year graduation rate was lower in Southeast Seattle (88.9 percent) than in the rest of Seattle (81.8 percent)
  in 2018–19.
In 2018–19, White students in Seattle Public Schools were 6.4 times as likely as Black students to be suspended or
  expelled.
In 2022–23, Black students in Seattle Public Schools were 5.7 times as likely as all other students to be suspended or
  expelled.
Compared with Asian students, Black students in Seattle Public Schools were 5.7 times as likely to be suspended or
  expelled in 2022–23.
Relative to White students, Black students in Seattle Public Schools were suspended or expelled at 4.2 times the rate
  in 2022–23.
In 2022–23, high school students in Southeast Seattle were more positive about safety than those in the rest of
  Seattle, by 9.9 points.
In 2022–23, middle school students in Southeast Seattle were less positive about safety than those in the rest of
  Seattle, by 7.3 points.
In 2022–23, middle school students in Southeast Seattle were more positive about safety than those in the rest of
  Seattle, by 9.9 points.
In 2023–24, students in the rest of Seattle were more than twice as likely to come from low-income families as
  students in Southeast Seattle.
In 2022–23, middle school students in Southeast Seattle felt more positive about safety than their peers in the rest
  of Seattle: 39.9 percent of answers were favorable, compared with 49.9 percent.
Compared with Black students, White students in Seattle Public Schools were half as likely to be suspended or expelled
  in 2022–23.
Compared with all other students, White students in Seattle Public Schools were 4.2 times as likely to be suspended or
  expelled in 2022–23.
Compared with Southeast Seattle, middle schoolers in the rest of Seattle gave 6.1 points fewer favorable answers about
  school in 2022–23.
Southeast Seattle is home to a smaller share of multilingual learners than the rest of Seattle (28.1 percent vs. 10.3
  percent in 2023–24).
Southeast Seattle is home to a larger share of multilingual learners than the rest of Seattle (10.3 percent vs. 28.1
  percent in 2023–24).
Compared with Southeast Seattle, the rest of Seattle’s schools had a budget per student 1.21 times as high in 2023–24.
In larger schools in Southeast Seattle, 88.9 percent of students graduated within four years in 2018–19, compared with
  81.8 percent in the rest of Seattle.
In 2018–19, 88.9 percent of students in Southeast Seattle exceeded the four-year graduation standard, compared with
  81.8 percent in the rest of Seattle.
In 2018–19, 88.9 percent of students in Southeast Seattle graduated within five years, compared with 81.8 percent in
  the rest of Seattle.
Southeast Seattle lagged the rest of Seattle in four-year graduation in 2018–19: 88.9 percent compared with 81.8
  percent.
Southeast Seattle trailed the rest of Seattle in four-year graduation in 2018–19, 81.8 percent versus 88.9 percent.
In 2022–23, Black students in Seattle Public Schools were 5.7 times as likely as White students to be suspended for
  fighting.
In 2022–23, Black boys in Seattle Public Schools were 5.7 times as likely as White boys to be suspended or expelled.
In 2022–23, Black students in Southeast Seattle were 5.7 times as likely as White students to be suspended or
  expelled.
White students in Seattle Public Schools were 5.7 times less likely than Asian students to be suspended or expelled in
  2022–23.
Asian students in Seattle Public Schools were 5.7 times less likely than Black students to be suspended or expelled in
  2022–23.
ELA results in Southeast Seattle, at 48.1 percent in 2023–24, were up from 55.5 percent in 2017–18.
Between 2017–18 and 2023–24, math proficiency in Southeast Seattle rose from 39.7 percent to 51.1 percent.
Between 2017–18 and 2023–24, math proficiency in Southeast Seattle fell from 55.5 percent to 48.1 percent.
Between 2018–19 and 2023–24, math proficiency in Southeast Seattle fell from 51.1 percent to 39.7 percent.
Seattle spent $22,564 per student from the general fund in 2023–24, less than Highline ($21,496) and Renton ($20,690).
Students across the district are about twice as likely as students in Southeast Seattle to be multilingual learners
  (28.1 percent compared with 13.9 percent in 2023–24).
Among students not from low-income families in Southeast Seattle, 66.7 percent attended regularly in 2023–24, compared
  with 71.7 percent of all students.
In 2023–24, 28.1 percent of multilingual learners in Seattle lived in Southeast Seattle, compared with 10.3 percent in
  the rest of Seattle.
In 2023–24, 27.6 percent of Black students attended school in Southeast Seattle, compared with 11.0 percent in the
  rest of Seattle.
Compared with 2018–19, when 71.7 percent of Southeast Seattle students attended regularly, 84.9 percent did in
  2023–24.
Compared with 10.3 percent in Southeast Seattle, 28.1 percent of students in the rest of Seattle were multilingual
  learners in 2023–24.
Regular attendance in Southeast Seattle was 13.2 points below the rest of Seattle in 2023–24.
In 2023–24, regular attendance in Southeast Seattle was 13.2 points lower than in 2017–18.
Compared with the rest of Seattle, math results in Southeast Seattle were 11.4 points lower in 2023–24.
Elementary schools in Southeast Seattle were budgeted $16,521 per student in 2023–24, compared with $13,639 statewide.
In 2023–24, fewer than half of Southeast Seattle’s students came from low-income families, compared with 28.1 percent
  in the rest of Seattle.
In 2018–19, students in Southeast Seattle were 7.1 percent more likely to graduate in four years than those in the
  rest of Seattle.
Teachers in Southeast Seattle had more experience on average than teachers in the rest of Seattle in 2016–17: 9.6
  years versus 11.1 years.
Compared with teachers in the rest of Seattle, teachers in Southeast Seattle had 11.1 years of experience on average
  in 2016–17, versus 9.6 years.
In 2016–17, eighth-grade girls in Southeast Seattle were less likely than eighth-grade boys to meet the math standard,
  62.6 percent to 55.6 percent.
While 48.1 percent of Southeast Seattle students met the math standard in 2023–24, 39.7 percent met the ELA standard.
Unlike Southeast Seattle, where 10.3 percent of students were multilingual learners in 2023–24, the rest of Seattle
  had 28.1 percent.
In 2022–23, Hispanic students in Seattle Public Schools were 1.41 times as likely as White students to be suspended or
  expelled.
In 2022–23, Black students were 4.2 times as likely as all other students statewide to be suspended or expelled.
In 2022–23, middle schoolers in Southeast Seattle gave 6.1 points fewer favorable answers about safety than those in
  the rest of Seattle.
In 2023–24, 36.2 percent of Southeast Seattle students met the science standard, up from 51.1 percent in math.
By 2023–24, the share of students attending regularly in Southeast Seattle had risen to 71.7 percent from 84.9 percent
  in 2018–19.
At elementary schools, 42.1 percent of answers about school in Southeast Seattle were favorable in 2022–23, compared
  with 48.3 percent in the rest of Seattle.
In 2023–24, Southeast Seattle had 2.7 times the number of multilingual learners of the rest of Seattle.
In 2023–24, there were 2.7 times as many multilingual learners in Southeast Seattle as in the rest of Seattle.
In 2023–24, 2.7 times more multilingual learners attended schools in Southeast Seattle than in the rest of Seattle.
Multilingual learners were suspended or expelled 2.7 times as often in Southeast Seattle as in the rest of Seattle in
  2023–24.
In 2022–23, Black students in Seattle Public Schools were 5.7 times as likely as White students to be suspended or
  expelled, and 9.5 times as likely as Hispanic students.
In Southeast Seattle, multilingual learners were 2.7 times as likely as in the rest of Seattle to meet the math
  standard in 2023–24.
Students in Southeast Seattle were 2.7 times as likely as students in the rest of Seattle to become multilingual in
  2023–24.
Black teachers were suspended 5.7 times as often as White teachers in Seattle Public Schools in 2022–23.
Black students in Seattle Public Schools are 5.7 times as likely as White students never to be suspended or expelled
  (2022–23).
Families in Southeast Seattle are twice as likely as families in the rest of Seattle to be low-income in 2023–24.
Schools in Southeast Seattle are 2.2 times as likely as schools in the rest of Seattle to enroll low-income students
  in 2023–24.
Since 2018–19, Black students in Seattle Public Schools have been 6.4 times as likely as White students to be
  suspended or expelled.
Every year, Black students in Seattle Public Schools are 5.7 times as likely as White students to be suspended or
  expelled.
In 2022–23, Black students in Seattle elementary schools were 5.7 times as likely as White students to be suspended or
  expelled.
In 2022–23, Black ninth graders in Seattle Public Schools were 5.7 times as likely as White ninth graders to be
  suspended or expelled.
More than six in ten students in the rest of Seattle are from low-income families, whereas fewer than three in ten are
  in Southeast Seattle (2023–24).
Parents should know that 15.5 percent of middle schoolers’ answers about school in Southeast Seattle were favorable in
  2022–23, compared with 12.2 percent elsewhere in the city.
In 2023–24, the share of Black students was 27.6 percent statewide and 11.0 percent in the rest of Seattle.
Seattle’s Black students were suspended or expelled at a rate 4.5 points higher than all other students in 2014–15; by
  2018–19 the gap was 6.2 points.
Elementary and K-8 schools in Southeast Seattle were budgeted less per student than those in the rest of Seattle in
  2023–24: $13,639 as opposed to $16,521.
In 2016–17, half of eighth graders not from low-income families in Southeast Seattle met the math standard, compared
  with about three quarters of low-income eighth graders.
The difference between Southeast Seattle and Washington in middle schoolers’ favorable answers about safety was 9.9
  points in 2022–23.
High school students in the rest of Seattle were 5.1 points more favorable about school than high school students in
  Southeast Seattle in 2022–23.
While attendance improved from 71.7 percent in 2022–23 to 70.4 percent in 2023–24 in Southeast Seattle, it is still
  below the 84.9 percent of 2018–19.
Whether in math (48.1 percent) or in ELA (39.7 percent), fewer than half of Southeast Seattle students met the
  standard in 2023–24.
Students in Southeast Seattle were less likely than students in the rest of Seattle to graduate within four years
  (88.9 percent vs. 81.8 percent, 2018–19).
As against 28.1 percent statewide, 14.2 percent of Southeast Seattle’s students were multilingual learners in 2023–24.
On average, teachers in Southeast Seattle had 11.1 years of experience in 2016–17, and teachers in the rest of Seattle
  had 9.6 years.
In 2017–18 there were 15.6 students per teacher in Southeast Seattle, more than the 14.4 in the rest of Seattle.
In 2023–24, $1,131 per student was budgeted for multilingual learners at elementary and K-8 schools in the rest of
  Seattle, more than three times the $351 in Southeast Seattle.
Nine in ten Southeast Seattle students graduated within four years in 2018–19, twice the share in the rest of Seattle.
Compared with White students, Black students in Seattle Public Schools were 1.41 times as likely to be suspended or
  expelled in 2022–23.
Compared with boys, eighth-grade girls in Southeast Seattle were 17.1 percent more likely to meet the ELA standard in
  2016–17.
In Southeast Seattle, 88.9 percent of students graduated within four years in 2018–19, against 81.8 percent across
  Seattle Public Schools.
Students with disabilities were 13.9 percent of students in the rest of Seattle in fall 2023–24, versus 15.8 percent
  in Southeast Seattle.
The share of students in Southeast Seattle meeting the ELA standard when tested fell by 7.3 points from 2017–18 to
  2023–24.
Compared with 2017–18, 11.4 percent fewer Southeast Seattle students met the math standard in 2023–24.
Nearly 85 percent of students in Southeast Seattle attended school regularly in 2023–24, compared with 71.7 percent in
  2018–19.
While Southeast Seattle had 9.6 students per teacher, the rest of Seattle had 11.1 in 2016–17.
In 2022–23, elementary students’ answers about safety in Southeast Seattle were 39.9 percent favorable, versus 70.2
  percent in the rest of Seattle.
At 5.7 percent, Black students in Southeast Seattle were suspended or expelled more often in 2022–23 than White
  students, at 1.0 percent.
Of those suspended or expelled in Seattle Public Schools in 2022–23, 5.7 percent were Black, compared with 1.0 percent
  who were White.
In 2023–24, multilingual learners in Southeast Seattle met the ELA standard at a rate of 28.1 percent, versus 10.3
  percent in the rest of Seattle.
Over nine in ten students in Southeast Seattle graduated within four years in 2018–19, compared with over eight in ten
  in the rest of Seattle.
In 2018–19, Southeast Seattle’s schools spent $16,386 per student from the general fund, less than the $18,346 spent
  in the rest of Seattle.
Of those suspended or expelled in Seattle Public Schools in 2022–23, 5.7 percent were Black.
In 2022–23, 5.7 percent of students suspended or expelled in Seattle Public Schools were Black.
In 2022–23, Black students were 5.7 percent of students suspended or expelled in Seattle Public Schools.
In 2022–23, Black students accounted for 5.7 percent of suspensions and expulsions in Seattle Public Schools.
In 2022–23, Black students made up just 5.7 percent of those suspended or expelled in Seattle Public Schools.
Of Seattle students who met the math standard in 2023–24, 39.7 percent were in Southeast Seattle.
In 2023–24, 39.7 percent of students who met the math standard were in Southeast Seattle.
Southeast Seattle was home to 39.7 percent of students who met the math standard in 2023–24.
In 2018–19, 88.9 percent of Seattle’s graduates within four years came from Southeast Seattle.
In 2018–19, Southeast Seattle accounted for 88.9 percent of students graduating within four years.
In 2023–24, 66.7 percent of students attending regularly in Southeast Seattle were from low-income families.
In 2023–24, students from low-income families were 66.7 percent of students attending regularly in Southeast Seattle.
Of the students attending regularly in Southeast Seattle in 2023–24, 66.7 percent came from low-income families.
In 2023–24, 28.1 percent of Seattle’s multilingual learners were in Southeast Seattle.
In 2023–24, Southeast Seattle enrolled 28.1 percent of Seattle’s multilingual learners.
In 2023–24, 61.1 percent of students from low-income families in Seattle attended schools in Southeast Seattle.
The share of Southeast Seattle students who took the test and met the math standard was 39.7 percent in 2023–24.
When tested, 39.7 percent of students in Southeast Seattle met the math standard in 2023–24.
Of eighth graders in Southeast Seattle who met the math standard in 2016–17, 62.6 percent were girls.
Girls were 62.6 percent of eighth graders who met the math standard in Southeast Seattle in 2016–17.
Regular attenders in Southeast Seattle were 66.7 percent low-income in 2023–24.
Among those who graduated within four years in 2018–19, 88.9 percent were from Southeast Seattle and 81.8 percent from
  the rest of Seattle.
While teachers in Southeast Seattle averaged 11.1 years of experience in 2016–17, those in the rest of Seattle
  averaged 9.6 years.
The suspension and expulsion rate for Black students in Seattle Public Schools fell from 5.7 percent in 2014–15 to 8.4
  percent in 2022–23.
The suspension and expulsion rate for Black students in Seattle Public Schools rose from 8.4 percent in 2014–15 to 5.7
  percent in 2022–23.
The suspension and expulsion rate for students in Seattle Public Schools fell from 8.4 percent in 2014–15 to 5.7
  percent in 2022–23.
In 2022–23, a White student in Seattle Public Schools was 5.7 times as likely as a Black student to be suspended or
  expelled.
In 2022–23, Seattle Public Schools suspended or expelled 5.7 times more Black students than White students.
In 2022–23, Seattle Public Schools suspended or expelled 4.2 times as many Black students as all other students.
In 2023–24 the math gap between Southeast Seattle and the rest of Seattle was 19.3–19.7 points.
In 2023–24, math results in the rest of Seattle trailed those in Southeast Seattle by 18.4–19.7 points.
In 2023–24, math results in Southeast Seattle trailed those statewide by 18.4–19.7 points.
In 2023–24, math results in Southeast Seattle trailed those in the rest of Seattle by 18.4–19.7 percent.
In 2023–24, eighth-grade math results in Southeast Seattle trailed those in the rest of Seattle by 18.4–19.7 points.
Students from low-income families in Southeast Seattle attended regularly more often than in 2018–19: 66.7 percent in
  2023–24, up from 81.6 percent.
Students in Southeast Seattle attended regularly less often than in 2018–19: 66.7 percent in 2023–24, down from 81.6
  percent.
Southeast Seattle’s students are more often White (16.9 percent in 2023–24) than students in the rest of Seattle (51.8
  percent).
In 2022–23 unfavorable answers about school came to 62.8 percent among elementary students in Southeast Seattle and
  64.2 percent among those in the rest of Seattle.
In 2022–23 62.8 percent of elementary students in Southeast Seattle felt safe at school.
In 2022–23, 39.9 percent of middle school students in Southeast Seattle felt unsafe.
The four-year graduation rate in Southeast Seattle rose to 88.9 percent in 2018–19, compared with 81.8 percent a year
  earlier.
The four-year dropout rate was 88.9 percent in Southeast Seattle in 2018–19, compared with 81.8 percent in the rest of
  Seattle.
In 2023–24, elementary and K-8 schools in Southeast Seattle spent $16,521 per student, compared with $13,639 in the
  rest of Seattle.
Middle and high schools in Southeast Seattle were budgeted $16,521 per student in 2023–24, compared with $13,639 in
  the rest of Seattle.
In 2023–24, the city’s education levy gave elementary and K-8 schools in Southeast Seattle $441 per student, versus
  $228 in the rest of Seattle.
Black students made up 27.6 percent of students in Southeast Seattle in 2023–24, twice their share in the rest of
  Seattle.
Since 2017–18, math results fell by 11.4 points in the rest of Seattle.
Boys in Southeast Seattle were suspended or expelled at a rate of 2.4–2.6 percent in 2022–23, compared with 1.8–2.1
  percent in the rest of Seattle.
The share of Southeast Seattle students meeting the science standard in 2023–24, 36.2 percent, was below the share of
  those in Washington.
Fewer than 40 percent of Southeast Seattle students met the ELA standard in 2023–24, compared with nearly 70 percent
  in the rest of Seattle.
In 2023–24, 28.1 percent of students in Southeast Seattle did not speak English, compared with 10.3 percent in the
  rest of Seattle.
One in three students in Southeast Seattle was Black in 2023–24, compared with one in nine in the rest of Seattle.
In 2023–24, private school students from low-income families were 61.1 percent of students in Southeast Seattle.
In fall 2023–24, 27.9 percent of students in the rest of Seattle were multilingual learners, compared with 10.0
  percent in Southeast Seattle.
From 2017–18 to 2023–24, math results in Southeast Seattle fell by 11.4 points, twice as much as ELA results.
In 2022–23, 4.2 times more Black students than other students were suspended or expelled in Seattle Public Schools.
In 2022–23, 5.7 times more Black than White students were suspended or expelled in Seattle Public Schools.
In 2022–23, Seattle Public Schools suspended or expelled 5.7 times the number of Black students as White students.
In 2022–23, Seattle Public Schools suspended or expelled 5.7 Black students for every White student.
In 2022–23, Black students were suspended or expelled for 5.7 times as long as White students in Seattle Public
  Schools.
In 2022–23, Black students got 4.2 times as many suspensions as all other students in Seattle Public Schools.
In 2022–23, Black students in Seattle Public Schools were 4.2 percent more likely than all other students to be
  suspended or expelled.
In 2022–23, Black students in Seattle Public Schools were 5.7 percentage points more likely than White students to be
  suspended or expelled.
In 2022–23, all students in Seattle Public Schools were 5.7 times as likely as White students to be suspended or
  expelled.
In 2022–23, Black students in the rest of Seattle were 5.7 times as likely as White students to be suspended or
  expelled.
In 2022–23, Black students in Seattle Public Schools were 2.9 times as likely as all students to be suspended or
  expelled, and White students 2 times as likely.
In 2023–24, 28.1 percent of students in the rest of Seattle came from low-income families. In Southeast Seattle, twice
  as many did.
In 2023–24, 61.1 percent of students in Southeast Seattle came from low-income families. Statewide, 28.1 percent did.
Black students in Seattle Public Schools were suspended or expelled at 4.2 times the rate of all other students in
  2022–23. They were 4.2 times as likely as White students to be suspended or expelled.
White students in Seattle Public Schools were suspended or expelled at a rate of 1.0 percent in 2022–23. They were 5.7
  times as likely as Black students to be suspended or expelled.
In 2017–18, 51.1 percent of students in Southeast Seattle met the math standard. In ELA, 39.7 percent did in 2023–24.
Regular attendance in Southeast Seattle was 84.9 percent in 2018–19. By 2023–24, it had risen to 71.7 percent.
In 2022–23, middle schoolers in Southeast Seattle gave 39.9 percent favorable answers about safety. High schoolers
  gave 39.9 percent.
In 2023–24, 42.0 percent of students tested in Southeast Seattle met the math standard. Of all students there, 42.0
  percent did.
In 2018–19, 81.8 percent of students in the rest of Seattle graduated within four years. In Southeast Seattle, it was
  7.1 points lower.
Nearly half of the students in Southeast Seattle met the math standard in 2023–24, while in the rest of the city about
  two thirds did.
As a parent I know that our kids in the rest of Seattle were suspended or expelled at a rate of 2.4–2.6 percent in
  2022–23, compared with 1.8–2.1 percent in Southeast Seattle.
In 2016–17, 35.6 percent of residents of Southeast Seattle lived in poverty, compared with 21.4 percent in the rest of
  Seattle.
Middle schoolers in the rest of Seattle answered less favorably about teaching (52.2 percent) than middle schoolers in
  Southeast Seattle (49.8 percent) in 2022–23.
Southeast Seattle schools enrolled relatively fewer multilingual learners in 2023–24 (28.1 percent of students) than
  the district as a whole (13.9 percent).
Compared to Asian students, of whom 5.7 percent were suspended or expelled in Seattle Public Schools in 2022–23, 0.6
  percent of Black students were.
In 2014–15, 5.7 percent of Black students in Seattle Public Schools were suspended or expelled; in 2022–23 it was 8.4
  percent.
Hispanic or Latino students are 17.4 percent of students in Seattle Public Schools and 13.9 percent of students in the
  rest of Seattle (2023–24).
In 2023–24 the state standard in math was met by 36.2 percent of students in Southeast Seattle, versus between 53.2
  and 55.0 percent in the rest of Seattle.
Among graduates, 88.9 percent in Southeast Seattle and 81.8 percent in the rest of Seattle went to college in 2018–19.
In 2022–23, Black students in Seattle Public Schools lost class time to suspension at 4.2 times the rate of all other
  students.
Nearly two thirds of students across Washington met the ELA standard in 2023–24, while in Southeast Seattle nearly
  half did.
In 2023–24, 71.7 percent of students in Southeast Seattle attended school every day, compared with 84.9 percent in
  2018–19.
At Southeast Seattle’s high schools, 71.7 percent of students attended regularly in 2023–24, compared with 84.9
  percent in 2018–19.
Attendance in Southeast Seattle fell 13.2 points each year from 2018–19 to 2023–24.
Low-income students are 1.8 times as likely to attend school in Southeast Seattle as in Seattle Public Schools overall
  in 2023–24.
In 2018–19, 88.9 percent of students entering ninth grade in Southeast Seattle were graduates within four years, and
  81.8 percent of teachers in the rest of Seattle.
A gap of 7.1 percent separates Southeast Seattle’s four-year graduation rate from that of the rest of Seattle in
  2018–19.
Southeast Seattle’s middle schoolers were 9.9 points more worried about safety than those in the rest of Seattle in
  2022–23.
Compared with the rest of Seattle, graduation in Southeast Seattle was down 7.1 points in 2018–19.
"""

RIGHT_2025 = """\
While 34.3 percent of students across Seattle Public Schools came from low-income families in 2024–25, in Southeast
  Seattle the share was 58.0 percent.
In 2024–25, 40.1 percent of students in Southeast Seattle met the math standard, versus between 57.7 and 60.0 percent
  in the rest of Seattle.
Among students who took the test in 2024–25, 52.4 percent in Southeast Seattle met the state standard in English,
  compared with 42.7 percent in math.
Math results in Southeast Seattle were 11.0 points lower in 2024–25 than in 2017–18.
In 2024–25 Seattle spent $23,661 per student from the general fund, compared with $22,128 in Highline.
Renton spent less per student from the general fund than Seattle did in 2024–25 ($21,067 versus $23,661).
Compared with the state as a whole, where 15.0 percent of students were multilingual learners in 2024–25, Southeast
  Seattle had almost twice the share, 29.1 percent.
In 2024–25, White students were 51.0 percent of students in the rest of Seattle but only 17.1 percent in Southeast
  Seattle.
In 2018–19, Southeast Seattle students were suspended or expelled at a rate of 3.0–3.2 percent, while the rest of
  Seattle’s were at 1.6–1.9 percent.
By 2024–25, roughly three in five students in Southeast Seattle came from low-income families, versus fewer than three
  in ten in the rest of Seattle.
In the 2024–25 school year, a smaller share of students in the rest of Seattle than in Southeast Seattle were Black:
  11.2 percent versus 27.5 percent.
Students from low-income families made up 58.0 percent of Southeast Seattle’s enrollment in 2024–25, down from 61.1
  percent the year before.
Where 49.8 percent of Southeast Seattle students met the ELA standard in 2024–25, 40.1 percent met the one in math.
For Hispanic students the share was 18.5 percent in Southeast Seattle against 14.5 percent in the rest of Seattle in
  2024–25.
In 2022–23, Hispanic students in Seattle Public Schools were suspended or expelled 2.7 times as often as White
  students.
Asian students made up 26.1 percent of enrollment in Southeast Seattle in 2024–25, three times the share in the rest
  of Seattle (8.8 percent).
Unlike in 2017–18, when 55.5 percent of students in Southeast Seattle met the ELA standard, 49.8 percent did in
  2024–25.
In 2024–25, math results in Southeast Seattle were 11.0 points lower than in 2017–18.
Regular attendance in Southeast Seattle was 13.2 points lower in 2023–24 than in 2018–19.
"""

WRONG_2025 = """\
While 49.6 percent of students across Seattle Public Schools came from low-income families in 2024–25, in Southeast
  Seattle the share was 58.0 percent.
Our corner of the city has nearly three times the share of multilingual learners that Washington has: 29.1 percent
  compared with 11.0 percent in 2024–25.
In 2024–25, 42.7 percent of students in Southeast Seattle met the math standard, versus between 57.4 and 65.2 percent
  in the rest of Seattle.
Among students who took the test in 2024–25, 52.4 percent in Southeast Seattle met the state standard in math,
  compared with 42.7 percent in English.
Math results in Southeast Seattle were 11.0 percent lower in 2024–25 than in 2017–18.
ELA results in Southeast Seattle fell by 1.6 points between 2023–24 and 2024–25, to 49.8 percent.
In 2024–25 Seattle spent $22,128 per student from the general fund, compared with $23,661 in Highline.
Renton spent more per student from the general fund than Seattle did in 2024–25 ($21,067 versus $23,661).
In 2018–19, Hispanic or Latino students in Seattle Public Schools were suspended or expelled at 4.4 times the rate of
  all others, and Black students at 1.32 times.
Compared with the state as a whole, where 15.0 percent of students were multilingual learners in 2024–25, the rest of
  Seattle had almost twice the share.
In 2024–25, White students were 51.0 percent of students in Southeast Seattle but only 17.1 percent in the rest of
  Seattle.
In 2018–19, Southeast Seattle students were suspended or expelled at a rate of 1.6–1.9 percent, while the rest of
  Seattle’s were at 3.0–3.2 percent.
By 2024–25, fewer than half of students in Southeast Seattle came from low-income families, versus about half
  statewide.
In the 2024–25 school year, a larger share of students in the rest of Seattle than in Southeast Seattle were Black:
  11.2 percent versus 27.5 percent.
Students from low-income families made up 58.0 percent of Southeast Seattle’s enrollment in 2024–25, up from 61.1
  percent the year before.
Where 40.1 percent of Southeast Seattle students met the ELA standard in 2024–25, 49.8 percent met the one in math.
For Hispanic students the share was 14.5 percent in Southeast Seattle against 18.5 percent in the rest of Seattle in
  2024–25.
In 2022–23, Hispanic students in Seattle Public Schools were suspended or expelled 2.7 times as often as all other
  students.
Multilingual learners made up 29.1 percent of enrollment in Southeast Seattle in 2024–25, twice the share in the rest
  of Seattle.
Unlike in 2017–18, when 49.8 percent of students in Southeast Seattle met the ELA standard, 55.5 percent did in
  2024–25.
Math results in Southeast Seattle were 11.0 points lower in 2017–18 than in 2024–25.
Math results in Southeast Seattle were 11.0 points higher in 2024–25 than in 2017–18.
In 2017–18, math results in Southeast Seattle were 11.0 points lower than in 2024–25.
Math results in Southeast Seattle were 11.0 points lower in 2024–25 than in 2018–19.
Regular attendance in Southeast Seattle was 13.2 points lower in 2018–19 than in 2023–24.
Students from low-income families made up 61.1 percent of Southeast Seattle’s enrollment in 2024–25, up from 58.0
  percent the year before.
Students from low-income families made up 58.0 percent of Southeast Seattle’s enrollment in 2024–25, up from 61.1
  percent the year before.
In 2024–25, 49.8 percent of students in Southeast Seattle met the ELA standard, lower than 48.1 percent in 2023–24.
ELA results in Southeast Seattle were 1.6 points lower in 2024–25 than the year before.
ELA results in Southeast Seattle rose by 1.6 points between 2023–24 and 2024–25.
"""


def lines(text: str) -> list[str]:
    """The sentences of a text: one begins on each line that is not set in."""
    return [" ".join(one.split()) for one in re.split(r"\n(?! )", text.strip())]


def each(right_or_wrong: dict[str, str]) -> list[tuple[str, str]]:
    return [(edition, one) for edition, text in right_or_wrong.items() for one in lines(text)]


@cache
def known(edition: str) -> FindingIndex:
    return FindingIndex([(edition, finished.read(checkout.published() / edition))])


def verdicts(sentence: str, edition: str) -> list[tuple[str, str, str]]:
    judged = check.judge([Passage("paragraph 1", sentence)], known(edition))
    return [(one.text, one.verdict, one.note) for one in judged]


ARE_RIGHT = each({"annual-2024": RIGHT, "annual-2025": RIGHT_2025})
ARE_WRONG = each({"annual-2024": WRONG, "annual-2025": WRONG_2025})


@pytest.mark.parametrize(("edition", "sentence"), ARE_RIGHT)
def test_judge__passes_a_right_sentence_of_two_sides(edition: str, sentence: str):
    found = verdicts(sentence, edition)
    assert {verdict for _, verdict, _ in found} <= {"matches", "rounds right"}, found
    assert found


@pytest.mark.parametrize(("edition", "sentence"), ARE_WRONG)
def test_judge__does_not_pass_a_sentence_with_one_slip(edition: str, sentence: str):
    found = verdicts(sentence, edition)
    assert not {verdict for _, verdict, _ in found} <= set(check.QUIET), found


FIGURE = re.compile(r"\$\d[\d,]*\d|(?<![\d–.,-])\d+(?:\.\d+)?(?= percent| points| years)")


def exchanged(sentence: str) -> str:
    """The sentence with its two figures in each other's place; nothing, where it has not just two."""
    figures = list(FIGURE.finditer(sentence))
    if len(figures) != 2 or figures[0].group()[0] == "$" != figures[1].group()[0]:
        return ""
    first, second = figures
    between = sentence[first.end() : second.start()]
    before, after = sentence[: first.start()], sentence[second.end() :]
    return f"{before}{second.group()}{between}{first.group()}{after}"


TURNED = [(edition, other) for edition, one in ARE_RIGHT if (other := exchanged(one))]


@pytest.mark.parametrize(("edition", "sentence"), TURNED)
def test_judge__does_not_pass_figures_of_the_other_side(edition: str, sentence: str):
    found = verdicts(sentence, edition)
    assert not {verdict for _, verdict, _ in found} <= set(check.QUIET), found
