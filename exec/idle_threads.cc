#include "exec/idle_threads.h"

#include <cerrno>
#include <csignal>
#include <cstddef>

namespace servo::exec {
namespace {

// Hardly any of it is ever touched.
constexpr size_t kStackSize = size_t{64} << 10;

void* WaitForEnd(void* end) {
  while (sem_wait(static_cast<sem_t*>(end)) != 0 && errno == EINTR) {
  }
  return nullptr;
}

}  // namespace

IdleThreads::IdleThreads(int count) {
  sem_init(&end_, /*pshared=*/0, /*value=*/0);
  threads_.reserve(static_cast<size_t>(count));
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackSize);
  sigset_t all;
  sigset_t old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  pthread_t thread;
  while (static_cast<int>(threads_.size()) < count &&
         pthread_create(&thread, &attributes, WaitForEnd, &end_) == 0) {
    threads_.push_back(thread);
  }
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  pthread_attr_destroy(&attributes);
}

void IdleThreads::End() {
  for (size_t i = 0; i < threads_.size(); ++i) sem_post(&end_);
  for (const pthread_t thread : threads_) pthread_join(thread, nullptr);
  threads_.clear();
}

}  // namespace servo::exec
