import { Application, ReflectionKind } from 'typedoc';

/**
 * Has the pages fail on a source that is no `@see`, which would become a part of the tag before it, and on functions with a
 * parameter that nothing describes: no `@param`, no mention of its name as code, and no fields that are described themselves.
 */
export function load(app) {
  app.on(Application.EVENT_VALIDATE_PROJECT, (project) => {
    const { logger } = app;
    for (const reflection of project.getReflectionsByKind(ReflectionKind.All)) {
      if (/\b(Source|Reference)s?:/.test(textOf(reflection.comment))) {
        logger.validationWarning(`${nameOf(reflection)} names a source in its text, wanted @see`);
      }
    }
    for (const signature of project.getReflectionsByKind(ReflectionKind.CallSignature)) {
      if (!signature.parent.kindOf(ReflectionKind.FunctionOrMethod)) continue;
      // The first of several has the comment of all.
      const text = textOf(signature.comment ?? signature.parent.signatures[0].comment);
      for (const parameter of signature.parameters ?? []) {
        if (isDescribed(parameter, text)) continue;
        logger.validationWarning(`${nameOf(signature)} does not describe its parameter ${parameter.name}`);
      }
    }
  });
}

/** A signature is called as what it is of. */
function nameOf(reflection) {
  return (reflection.kindOf(ReflectionKind.CallSignature) ? reflection.parent : reflection).getFullName();
}

function isDescribed({ name, comment, type }, text) {
  return textOf(comment) !== '' || text.includes(`\`${name}\``) || hasDescribedFields(type);
}

/** Whether a type is of objects of ours, each field of which has a comment; fields that are picked from another have its comments. */
function hasDescribedFields(type) {
  if (type.type === 'intersection') return type.types.every(hasDescribedFields);
  const { name, reflection, typeArguments } = type;
  if (['Omit', 'Partial', 'Pick'].includes(name)) return hasDescribedFields(typeArguments[0]);
  if (reflection?.type) return hasDescribedFields(reflection.type);
  const fields = (type.declaration ?? reflection)?.children ?? [];
  return (
    fields.length > 0 &&
    fields.every((field) => textOf(field.comment ?? field.signatures?.[0].comment) !== '')
  );
}

function textOf(comment) {
  const parts = [comment?.summary, ...(comment?.blockTags ?? []).map(({ content }) => content)];
  return parts
    .flat()
    .map((part) => part?.text ?? '')
    .join('');
}
