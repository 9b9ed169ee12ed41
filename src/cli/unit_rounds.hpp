// SPDX-License-Identifier: Apache-2.0
// sinew cluster over one question: units of sinew split, round after round.
#pragma once

#include <string>
#include <vector>

#include "cli/cluster_watch.hpp"
#include "cli/command.hpp"
#include "cluster/campaign.hpp"
#include "cluster/drive.hpp"
#include "cluster/scheduler.hpp"

namespace sinew::cli {

/// An option as words of a command line.
void add_option(const std::string& name, const Given& given, std::vector<std::string>& words);

/// The words of sinew verify over one question as those of sinew split, without the folder, and as those of a task, to
/// which its unit is added. `budget`: seconds of a unit in a round, as the command line has them.
std::vector<std::string> split_words(const Arguments& verify);
std::vector<std::string> unit_words(const Arguments& verify, const std::string& budget);

/// The units of the campaign's round. `has_witness`, if given, becomes true with the first unit that has one, and then
/// all is over; it must outlive the work.
cluster::Work units_of(const cluster::Campaign& campaign, bool* has_witness = nullptr);

/// Splits, lets tasks search, splits what ran out further, until there is an answer, which is told as sinew merge tells
/// it. All steps are programs, which share the campaign's folder and nothing else.
ExitStatus run_units(cluster::Campaign& campaign, const Arguments& verify, cluster::Scheduler& scheduler,
                     ClusterWatch& watch);

}  // namespace sinew::cli
