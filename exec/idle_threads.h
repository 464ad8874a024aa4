// Threads that do nothing.
#ifndef EXEC_IDLE_THREADS_H_
#define EXEC_IDLE_THREADS_H_

#include <pthread.h>
#include <semaphore.h>

#include <vector>

namespace servo::exec {

// Each takes the place of a process below a limit of processes (pids.max) until
// it is ended. All signals are blocked in them.
class IdleThreads {
 public:
  // As many as can be had, `count` at most.
  explicit IdleThreads(int count);
  ~IdleThreads() { End(); }
  IdleThreads(const IdleThreads&) = delete;
  IdleThreads& operator=(const IdleThreads&) = delete;

  // Ends all. Their places are free some microseconds later. Allocates nothing.
  void End();

 private:
  sem_t end_;
  std::vector<pthread_t> threads_;
};

}  // namespace servo::exec

#endif  // EXEC_IDLE_THREADS_H_
