// SPDX-License-Identifier: Apache-2.0
// A search over the bits of the input alone: clause learning decides them, the bounds of cones say when no target can
// win any more, and of what is known then only what is needed for that goes into the clause.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "base/settings.hpp"
#include "base/statistics.hpp"
#include "threshold/reduced_network.hpp"

namespace sinew::sat {
class CubesOfSolvers;
}

namespace sinew::cone {

struct Options {
    std::int64_t conflicts = 1000;        ///< of one solve()
    std::uint64_t table_megabytes = 512;  ///< of all tables
    std::uint64_t most_bits = 18;         ///< of a cluster, in the end

    std::uint64_t table_bytes() const { return table_megabytes << 20U; }
};

const OptionTable<Options>& option_table();

class ConeSearch {
  public:
    /// Absent where bounds of cones do not pay, or are too large.
    static std::optional<ConeSearch> make(const threshold::ReducedNetwork& network, const threshold::Ball& ball,
                                          const Settings& settings, std::size_t threads = 1);
    ConeSearch(ConeSearch&&) noexcept;
    ConeSearch& operator=(ConeSearch&&) noexcept;
    ~ConeSearch();

    /// sat: some target wins within the ball; gives up after Options::conflicts, and goes on there the next time,
    /// with larger clusters the longer it takes.
    Answer solve(const Limits& limits);
    /// After sat: the digits' values, counted from their least ones.
    const std::vector<std::uint32_t>& values() const;
    Statistics statistics() const;

  private:
    struct State;
    class Part;
    explicit ConeSearch(std::vector<std::unique_ptr<State>> states);

    std::vector<std::unique_ptr<State>> states_;  ///< one a thread, alike but for their clusters
    std::unique_ptr<sat::CubesOfSolvers> cubes_;  ///< of several
    std::size_t winner_ = 0;
};

}  // namespace sinew::cone
