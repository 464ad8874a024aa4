# bash completion for measure-exec(1).                       -*- shell-script -*-
# Needs bash alone, not the functions of the bash-completion package.

_measure_exec() {
  local current=${COMP_WORDS[COMP_CWORD]}
  local option=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()

  # Where "=" separates words, as it does unless COMP_WORDBREAKS was changed,
  # --config=FILE is three of them.
  if [[ $current == "=" ]]; then
    current=
  elif [[ $option == "=" ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi

  # compopt fails where no completion is going on, as in a test.
  if [[ $option == --config || $option == --metrics || $option == --render ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  elif [[ $current == --config=* || $current == --metrics=* || $current == --render=* ]]; then
    compopt -o nospace 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -P "${current%%=*}=" -- "${current#*=}")
  elif [[ $option == --report ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -d -- "$current")
  elif [[ $current == --report=* ]]; then
    compopt -o nospace 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -d -P "${current%%=*}=" -- "${current#*=}")
  elif [[ $option == --format ]]; then
    mapfile -t COMPREPLY < <(compgen -W "text json" -- "$current")
  elif [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--config= --run= --warmup= --delay= --json --only= --metrics= --report=
      --check --dry-run --format= --strict --schema --render=
      --extract= --output= --stderr=
      --info --describe --verbose --version --help" -- "$current")
    if [[ ${COMPREPLY[*]} == --*= ]]; then
      compopt -o nospace 2>/dev/null # the value follows at once
    fi
  fi
}

complete -F _measure_exec measure-exec
