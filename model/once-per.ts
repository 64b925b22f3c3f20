/**
 * The same function, that makes its answer once for each object it is asked about and keeps it as long as the object lives. For what
 * is asked again for every tunnel of a lab, of objects that nobody changes.
 */
export function oncePer<Subject extends object, Answer>(
  make: (subject: Subject) => Answer,
): (subject: Subject) => Answer {
  const known = new WeakMap<Subject, { readonly answer: Answer }>();
  return (subject) => {
    let kept = known.get(subject);
    if (!kept) known.set(subject, (kept = { answer: make(subject) }));
    return kept.answer;
  };
}
