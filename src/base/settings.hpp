// SPDX-License-Identifier: Apache-2.0
// What a run is asked for beside its question: the seed of its random choices and options of single engines. One value
// travels from the front door to the engines, and each makes its own struct from it by its table of options.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/options.hpp"

namespace sinew {

/// Cheap to copy. Names are not checked here (no component knows all tables); values are, when a table reads them.
class Settings {
  public:
    /// A seed alone is the commonest wish: functions that take Settings take one too. 0 is the run without a seed.
    Settings(std::uint64_t seed = 0) : seed_(seed) {}  // NOLINT(google-explicit-constructor)

    std::uint64_t seed() const { return seed_; }
    Settings with_seed(std::uint64_t seed) const {
        Settings copy = *this;
        copy.seed_ = seed;
        return copy;
    }

    /// The later of two values for an option stands.
    void set(std::string_view engine, std::string_view option, double value);
    std::optional<double> value(std::string_view engine, std::string_view option) const;

    /// `defaults` with the seed, where it has one, and all that was set for this engine. Throws UsageError for a value
    /// out of its range.
    template <class Options>
    Options options(const OptionTable<Options>& table, Options defaults = {}) const {
        if constexpr (requires { defaults.seed = seed_; }) defaults.seed = seed_;
        if (values_ == nullptr) return defaults;
        for (const OptionRow<Options>& row : table.rows)
            if (const std::optional<double> chosen = value(table.engine, row.name))
                set_option(defaults, table.engine, row, *chosen);
        return defaults;
    }

  private:
    struct Value {
        std::string engine;
        std::string option;
        double value;
    };
    std::uint64_t seed_;
    std::shared_ptr<const std::vector<Value>> values_;  ///< null: none
};

}  // namespace sinew
