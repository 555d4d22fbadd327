"""Records the file beside it: `python record.py`, with numpy==2.4.6 and autograd==1.9.1.

Whole iterations of DPPO with DDIM and a learned η, replayed in float64 from the equations of the paper (arXiv 2409.00588) and of the
reference (dppo 0.8.0, commit cc7234a), with every random number written down; options have the names that `dppo finetune` gives them.
A truncated step bootstraps from what it reached and ends the trace, where the reference goes on into the next episode.
"""
import gzip
import json
import os

import autograd
import autograd.numpy as np
import numpy


def draw(random, *shape):
    """Standard normal numbers of three digits, in float32, which both sides begin with."""
    return single(random.standard_normal(shape).round(3))


def single(x):
    return numpy.float32(x).astype(float)


def weights(random, sizes):
    """Layers by their names, as PyTorch starts them."""
    made = {}
    for name, (inputs, outputs) in sizes.items():
        bound = 1 / inputs**0.5
        made[f"{name}.weight"] = single(random.uniform(-bound, bound, (outputs, inputs)).round(4))
        made[f"{name}.bias"] = single(random.uniform(-bound, bound, outputs).round(4))
    return made


def linear(params, name, x):
    return x @ params[f"{name}.weight"].T + params[f"{name}.bias"]


def relu(x):
    return np.maximum(x, 0)


def mish(x):
    return x * np.tanh(np.logaddexp(0, x))


def residual(params, name, x, activation):
    """Three hidden layers: one, and a block of two."""
    x = linear(params, f"{name}.layers.0", x)
    x = x + linear(params, f"{name}.layers.1.l2", activation(linear(params, f"{name}.layers.1.l1", activation(x))))
    return linear(params, f"{name}.layers.2", x)


def residual_sizes(name, inputs, hidden, outputs):
    return {
        f"{name}.layers.0": (inputs, hidden),
        f"{name}.layers.1.l1": (hidden, hidden),
        f"{name}.layers.1.l2": (hidden, hidden),
        f"{name}.layers.2": (hidden, outputs),
    }


def bounded(x, limit):
    return x if limit is None else np.clip(x, -limit, limit)


class Model:
    """Networks, sampler and densities for the options."""

    def __init__(self, options):
        self.o = options
        steps = options["denoisingSteps"]
        x = numpy.linspace(0, steps + 1, steps + 1)
        f = numpy.cos((x / (steps + 1) + 0.008) / 1.008 * numpy.pi / 2) ** 2
        alpha_bars = numpy.cumprod(1 - numpy.clip(1 - f[1:] / f[:-1], 0, 0.999))
        taken = numpy.arange(options["ddimSteps"]) * (steps // options["ddimSteps"])
        self.times = taken[::-1]
        self.bars = alpha_bars[taken][::-1]
        self.next_bars = numpy.concatenate([[1.0], alpha_bars[taken][:-1]])[::-1]
        self.first = options["ddimSteps"] - options["ftDenoisingSteps"]

    def epsilon(self, params, x, time, obs):
        """ε̂ of chunks [B, Ta, Da] at times [B]."""
        half = self.o["timeDim"] // 2
        angles = time[:, None] * numpy.exp(-numpy.arange(half) * numpy.log(10000) / (half - 1))
        embedded = np.concatenate([np.sin(angles), np.cos(angles)], 1)
        embedded = linear(params, "time_embedding.3", mish(linear(params, "time_embedding.1", embedded)))
        rows = len(x)
        whole = np.concatenate([x.reshape(rows, -1), embedded, obs.reshape(rows, -1)], 1)
        return residual(params, "mlp_mean", whole, relu).reshape(x.shape)

    def eta(self, params, obs):
        """[B, 1, 1 or Da]"""
        o, rows = self.o, len(obs)
        if o["learnEta"] == "action":
            eta = 0.5 * (np.tanh(params["eta_logit"]) + 1) * (o["etaMax"] - o["etaMin"]) + o["etaMin"]
            return np.ones((rows, 1, 1)) * eta
        x = obs.reshape(rows, -1)
        layers = len(o["etaHidden"])
        for i in range(layers + 1):
            x = linear(params, f"mlp_res.moduleList.{i}.linear_1", relu(x) if i > 0 else x)
        return np.clip(np.tanh(x) + o["eta"], o["etaMin"], o["etaMax"])[:, None, :]

    def moments(self, params, eta, x, step, obs):
        """Mean and deviation of what follows x at steps [B] of DDIM."""
        o = self.o
        bar, after = self.bars[step][:, None, None], self.next_bars[step][:, None, None]
        epsilon = self.epsilon(params, x, self.times[step], obs)
        clean = (x - numpy.sqrt(1 - bar) * epsilon) / numpy.sqrt(bar)
        if o["denoisedClipValue"] is not None:
            clean = bounded(clean, o["denoisedClipValue"])
            epsilon = (x - numpy.sqrt(bar) * clean) / numpy.sqrt(1 - bar)
        epsilon = bounded(epsilon, o["epsClipValue"])
        std = np.maximum(eta * numpy.sqrt((1 - after) / (1 - bar) * (1 - bar / after)), 1e-10)
        left = 1 - after - std**2
        direction = np.where(left > 0, np.sqrt(np.where(left > 0, left, 1.0)), 0.0)
        return numpy.sqrt(after) * clean + direction * epsilon, std

    def chain(self, before, after, eta, obs, start, noise):
        """The states of the last K′ steps [B, K′ + 1, Ta, Da]."""
        o, x, states = self.o, start, []
        for i in range(o["ddimSteps"]):
            if i == self.first:
                states.append(x)
            step = numpy.full(len(obs), i)
            mean, std = self.moments(after if i >= self.first else before, eta, x, step, obs)
            x = mean + np.maximum(std, o["minSamplingDenoisingStd"]) * bounded(noise[i], o["randnClipValue"])
            if i == o["ddimSteps"] - 1:
                x = bounded(x, o["finalActionClipValue"])
            if i >= self.first:
                states.append(x)
        return np.stack(states, 1)

    def log_prob(self, params, eta, obs, x, following, index, horizon):
        """Mean ln p of the first `horizon` actions, each element within [−5, 2], at trained steps [B]."""
        mean, std = self.moments(params, eta, x, self.first + index, obs)
        std = np.maximum(std, self.o["minLogprobDenoisingStd"])
        each = -((following - mean) ** 2) / (2 * std**2) - np.log(std) - 0.5 * numpy.log(2 * numpy.pi)
        return np.mean(np.clip(each, -5, 2)[:, :horizon], (1, 2))

    def value(self, params, obs):
        return residual(params, "Q1", obs.reshape(len(obs), -1), mish)[:, 0]


def rate(highest, lowest, warmup, cycle, step):
    step %= cycle
    if step == 0:
        return lowest
    if step < warmup:
        return lowest + (highest - lowest) * step / warmup
    return lowest + (highest - lowest) * (1 + numpy.cos(numpy.pi * (step - warmup) / (cycle - warmup))) / 2


class AdamW:
    def __init__(self, decay):
        self.decay, self.count, self.m, self.v = decay, 0, {}, {}

    def step(self, params, gradients, lr):
        self.count += 1
        moved = {}
        for name, weight in params.items():
            gradient = gradients[name]
            self.m[name] = 0.9 * self.m.get(name, 0.0) + 0.1 * gradient
            self.v[name] = 0.999 * self.v.get(name, 0.0) + 0.001 * gradient**2
            m = self.m[name] / (1 - 0.9**self.count)
            v = self.v[name] / (1 - 0.999**self.count)
            moved[name] = weight * (1 - lr * self.decay) - lr * m / (numpy.sqrt(v) + 1e-8)
        return moved


def scaled(rewards, firsts, known):
    """Rewards [T, N] by the running deviation of their discounted sum, γ 0.99, within ±10."""
    returns = numpy.empty_like(rewards)
    for t in range(len(rewards)):
        known["returns"] = rewards[t] + (1 - firsts[t]) * 0.99 * known["returns"]
        returns[t] = known["returns"]
    count, more = known["count"], returns.size
    off, total = returns.mean() - known["mean"], count + more
    moments = known["variance"] * count + returns.var() * more + off**2 * count * more / total
    known.update(mean=known["mean"] + off * more / total, variance=moments / (total - 1), count=total)
    return numpy.clip(rewards / numpy.sqrt(known["variance"] + 1e-8), -10, 10)


def advantages(o, rewards, values, after, terminated, truncated):
    """GAE [T, N]; `after` are the values of what each step led to."""
    result, running = numpy.empty_like(rewards), 0.0
    for t in reversed(range(len(rewards))):
        delta = o["rewardScaleConst"] * rewards[t] + o["gamma"] * after[t] * (1 - terminated[t]) - values[t]
        running = delta + o["gamma"] * o["gaeLambda"] * (1 - numpy.maximum(terminated, truncated)[t]) * running
        result[t] = running
    return result


def clips(o):
    last = o["ftDenoisingSteps"] - 1
    share = numpy.expm1(o["clipPlossCoefRate"] * numpy.arange(last + 1) / last) / numpy.expm1(o["clipPlossCoefRate"])
    return o["clipPlossCoefBase"] + (o["clipPlossCoef"] - o["clipPlossCoefBase"]) * share


def actor_terms(model, parts, frozen, batch):
    o = model.o
    eta = model.eta(parts["eta"], batch["obs"])
    found = model.log_prob(
        parts["actor"], eta, batch["obs"], batch["previous"], batch["next"], batch["index"], o["rewardHorizon"]
    )
    ratio = np.exp(found - batch["old"])
    within = np.clip(ratio, 1 - batch["clip"], 1 + batch["clip"])
    policy = np.mean(np.maximum(-batch["advantage"] * ratio, -batch["advantage"] * within))
    imitation = 0.0
    if o["bcLossCoeff"] > 0:
        # No gradient reaches what the frozen policy draws.
        drawn = batch["imitated"]
        each = [
            model.log_prob(
                parts["actor"], eta, batch["obs"], drawn[:, j], drawn[:, j + 1], numpy.full(len(drawn), j), drawn.shape[2]
            )
            for j in range(o["ftDenoisingSteps"])
        ]
        imitation = -np.mean(np.stack(each))
    loss = policy - o["entCoef"] * np.mean(eta) + o["bcLossCoeff"] * imitation
    return loss, dict(
        policy=policy,
        entropy=np.mean(eta),
        imitation=imitation,
        kl=np.mean(ratio - 1 - (found - batch["old"])),
        clipped=np.mean(np.abs(ratio - 1) > batch["clip"]),
        ratio=np.mean(ratio),
        # How near a ratio comes to its bound: rounding must not decide on which side it is.
        margin=np.min(np.abs(np.abs(ratio - 1) - batch["clip"])),
    )


def critic_loss(model, critic, batch):
    off = model.value(critic, batch["obs"]) - batch["returns"]
    squares = off**2
    if model.o["clipVlossCoef"] is not None:
        change = bounded(off + batch["returns"] - batch["values"], model.o["clipVlossCoef"])
        squares = np.maximum(squares, (batch["values"] + change - batch["returns"]) ** 2)
    return 0.5 * np.mean(squares)


def replay(options, start, iterations):
    """What each iteration makes of the recorded numbers."""
    o, model = options, Model(options)
    actor, eta, critic, frozen = (dict(start[name]) for name in ("actor", "eta", "critic", "frozen"))
    optimizers = {"actor": AdamW(o["weightDecay"]), "eta": AdamW(o["etaWeightDecay"]), "critic": AdamW(o["weightDecay"])}
    known = {"returns": numpy.zeros(o["nEnvs"]), "mean": 0.0, "variance": 1.0, "count": 1e-4}
    trained, made = o["ftDenoisingSteps"], []
    for iteration, given in enumerate(iterations):
        # The schedules of what is not trained yet stand still.
        learned = max(0, iteration - o["nCriticWarmupItr"])
        rates = {
            "actor": rate(o["actorLr"], o["actorMinLr"], o["lrWarmupSteps"], o["lrCycleSteps"], learned),
            "eta": rate(o["etaLr"], o["etaMinLr"], o["etaLrWarmupSteps"], o["etaLrCycleSteps"], learned),
            "critic": rate(o["criticLr"], o["criticMinLr"], o["lrWarmupSteps"], o["lrCycleSteps"], iteration),
        }
        obs, terminated, truncated = given["obs"], given["terminated"], given["truncated"]
        chains = numpy.stack(
            [
                model.chain(frozen, actor, model.eta(eta, obs[t]), obs[t], given["initial_noise"][t], given["step_noise"][t])
                for t in range(o["steps"])
            ]
        )
        flat, chain = obs.reshape(-1, *obs.shape[2:]), chains.reshape(-1, *chains.shape[2:])
        old = numpy.stack(
            [
                model.log_prob(
                    actor, model.eta(eta, flat), flat, chain[:, j], chain[:, j + 1], numpy.full(len(flat), j), o["rewardHorizon"]
                )
                for j in range(trained)
            ],
            1,
        )
        done = numpy.maximum(terminated, truncated)
        firsts = numpy.concatenate([numpy.ones((1, o["nEnvs"])), done[:-1]])
        rewards = scaled(given["rewards"], firsts, known) if o["rewardScaleRunning"] else given["rewards"]
        values = model.value(critic, flat).reshape(done.shape)
        reached = given["reached"].reshape(flat.shape)
        after = model.value(critic, reached).reshape(done.shape)
        advantage = advantages(o, rewards, values, after, terminated, truncated)
        returns = advantage + values
        minibatches = []
        for order in given["permutations"]:
            for number in range(len(order) // o["batchSize"]):
                samples = order[number * o["batchSize"] : (number + 1) * o["batchSize"]]
                rows, index = samples // trained, samples % trained
                a = advantage.reshape(-1)[rows]
                if o["normAdv"]:
                    a = (a - a.mean()) / (a.std(ddof=1) + 1e-8)
                a = numpy.clip(
                    a,
                    numpy.quantile(a, o["clipAdvantageLowerQuantile"]),
                    numpy.quantile(a, o["clipAdvantageUpperQuantile"]),
                )
                batch = dict(
                    obs=flat[rows],
                    index=index,
                    previous=chain[rows, index],
                    next=chain[rows, index + 1],
                    old=old[rows, index],
                    advantage=a * o["gammaDenoising"] ** (trained - 1 - index),
                    clip=clips(o)[index],
                    returns=returns.reshape(-1)[rows],
                    values=values.reshape(-1)[rows],
                )
                if o["bcLossCoeff"] > 0:
                    noise = given["imitation_noise"][len(minibatches)]
                    batch["imitated"] = model.chain(frozen, frozen, model.eta(eta, batch["obs"]), batch["obs"], noise[0], noise[1:])
                parts = {"actor": actor, "eta": eta}
                _, terms = actor_terms(model, parts, frozen, batch)
                gradients = autograd.grad(lambda p: actor_terms(model, p, frozen, batch)[0])(parts)
                norm = sum(numpy.sum(g**2) for g in gradients["actor"].values()) ** 0.5
                value_loss, value_gradients = autograd.value_and_grad(lambda p: critic_loss(model, p, batch))(critic)
                critic = optimizers["critic"].step(
                    critic, {name: o["vfCoef"] * g for name, g in value_gradients.items()}, rates["critic"]
                )
                if iteration >= o["nCriticWarmupItr"]:
                    # The bound is of the network's gradient; that of η is left as it is.
                    share = min(1.0, o["maxGradNorm"] / (norm + 1e-6)) if o["maxGradNorm"] is not None else 1.0
                    clipped = {name: share * g for name, g in gradients["actor"].items()}
                    actor = optimizers["actor"].step(actor, clipped, rates["actor"])
                    if number % o["etaUpdateInterval"] == 0:
                        eta = optimizers["eta"].step(eta, gradients["eta"], rates["eta"])
                else:
                    norm = 0.0
                assert terms.pop("margin") > 1e-5
                minibatches.append(dict(terms, value=value_loss, actor_grad_norm=norm))
        made.append(
            dict(
                chains=chains,
                log_prob=old,
                explained_variance=1 - numpy.var(returns - values) / numpy.var(returns),
                reward_scale=dict(known, returns=known["returns"].copy()),
                rates=rates,
                minibatches=minibatches,
                actor=actor,
                eta=eta,
                critic=critic,
            )
        )
    return made


def case(name, seed, **changed):
    options = dict(common, **changed)
    random = numpy.random.default_rng(seed)
    o = options
    Do, Da, To, Ta, T, N = 4, 2, o["condSteps"], o["horizonSteps"], o["steps"], o["nEnvs"]
    S, trained = o["ddimSteps"], o["ftDenoisingSteps"]
    time, chunk = o["timeDim"], Ta * Da
    denoiser = {"time_embedding.1": (time, 2 * time), "time_embedding.3": (2 * time, time)}
    denoiser |= residual_sizes("mlp_mean", chunk + time + To * Do, o["hidden"][0], chunk)
    start = {
        "frozen": weights(random, denoiser),
        "actor": weights(random, denoiser),
        "critic": weights(random, residual_sizes("Q1", To * Do, o["criticHidden"][0], 1)),
    }
    if o["learnEta"] == "action":
        start["eta"] = {"eta_logit": draw(random, Da)}
    else:
        sizes = [To * Do, *o["etaHidden"], Da]
        layers = {f"mlp_res.moduleList.{i}.linear_1": pair for i, pair in enumerate(zip(sizes, sizes[1:]))}
        start["eta"] = weights(random, layers)
    iterations = []
    for _ in range(3):
        obs = draw(random, T, N, To, Do)
        ends = random.uniform(size=(T, N))
        terminated, truncated = (ends < 0.15).astype(float), ((ends >= 0.15) & (ends < 0.35)).astype(float)
        # What a step reaches is acted on next, unless the episode ends there.
        reached = draw(random, T, N, To, Do)
        going = numpy.maximum(terminated, truncated)[:-1] == 0
        reached[:-1][going] = obs[1:][going]
        samples = T * N * trained
        batches = o["updateEpochs"] * (samples // o["batchSize"])
        iterations.append(
            dict(
                obs=obs,
                reached=reached,
                rewards=draw(random, T, N),
                terminated=terminated,
                truncated=truncated,
                initial_noise=draw(random, T, N, Ta, Da),
                step_noise=draw(random, T, S, N, Ta, Da),
                permutations=numpy.stack([random.permutation(samples) for _ in range(o["updateEpochs"])]),
                imitation_noise=draw(random, batches if o["bcLossCoeff"] > 0 else 0, S + 1, o["batchSize"], Ta, Da),
            )
        )
    made = replay(options, start, iterations)
    near = {part: {n: w * (1 + 1e-7 * draw(random, *w.shape)) for n, w in ws.items()} for part, ws in start.items()}
    moved = replay(options, near, iterations)
    for part in ("actor", "eta", "critic"):
        for n, w in made[-1][part].items():
            shift = numpy.abs(w - moved[-1][part][n]).max()
            assert shift < 2e-5, (name, part, n, shift)
    return {"name": name, "inputs": {"options": options, "start": start, "iterations": iterations}, "outputs": {"iterations": made}}


def plain(value):
    """As JSON, arrays as the other recordings have them."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, numpy.ndarray):
        if value.dtype.kind == "i":
            return {"shape": value.shape, "dtype": "int64", "data": value.reshape(-1).tolist()}
        if numpy.array_equal(single(value), value):
            return {"shape": value.shape, "dtype": "float32", "data": [float(str(each)) for each in numpy.float32(value).reshape(-1)]}
        return {"shape": value.shape, "dtype": "float64", "data": [float(f"{each:.8g}") for each in value.reshape(-1)]}
    return float(value) if isinstance(value, numpy.floating) else value


common = dict(
    environment="avoid", condSteps=2, horizonSteps=3, actSteps=2, rewardHorizon=2,
    hidden=[8, 8, 8], timeDim=8, criticHidden=[6, 6, 6],
    nEnvs=3, steps=4, updateEpochs=2, batchSize=11,
    gamma=0.99, gaeLambda=0.9, gammaDenoising=0.8, normAdv=True,
    clipPlossCoef=0.05, clipPlossCoefBase=0.005, clipPlossCoefRate=3,
    clipVlossCoef=None, clipAdvantageLowerQuantile=0, clipAdvantageUpperQuantile=1,
    vfCoef=0.5, targetKl=1, bcLossCoeff=0, maxGradNorm=None, nCriticWarmupItr=0,
    rewardScaleRunning=True, rewardScaleConst=0.5,
    minSamplingDenoisingStd=0.1, minLogprobDenoisingStd=0.1,
    denoisedClipValue=1, finalActionClipValue=None, epsClipValue=None, randnClipValue=3,
    actorLr=3e-3, actorMinLr=1e-3, criticLr=4e-3, criticMinLr=2e-3, weightDecay=0.03, lrWarmupSteps=2, lrCycleSteps=9,
    etaLr=2e-2, etaMinLr=4e-3, etaWeightDecay=0.05, etaLrWarmupSteps=1, etaLrCycleSteps=7,
)  # fmt: skip

recording = {
    "meta": {
        "what": "whole iterations with DDIM and a learned eta, replayed in float64 from the equations, not run by the reference",
        "reference": "dppo (Diffusion Policy Policy Optimization) 0.8.0, commit cc7234a",
        "source": "agent/finetune/train_ppo_diffusion_agent.py, model/diffusion/{diffusion_vpg,diffusion_ppo,eta}.py",
        "versions": {"numpy": numpy.__version__, "autograd": "1.9.1"},
    },
    "cases": [
        case(
            "state-action", 1,
            denoisingSteps=20, ddimSteps=5, ftDenoisingSteps=3,
            learnEta="state-action", eta=0.9, etaMin=0.05, etaMax=1.6, etaHidden=[5, 4], etaActivation="relu",
            etaUpdateInterval=2, entCoef=0.05, maxGradNorm=0.05,
            clipVlossCoef=0.2, clipAdvantageLowerQuantile=0.1, clipAdvantageUpperQuantile=0.9,
            minSamplingDenoisingStd=0.08, randnClipValue=2, finalActionClipValue=0.9,
        ),
        case(
            "action", 2,
            denoisingSteps=12, ddimSteps=4, ftDenoisingSteps=4,
            learnEta="action", eta=0.5, etaMin=0.1, etaMax=1, etaUpdateInterval=3, entCoef=0.1, maxGradNorm=0.2,
            epsClipValue=1.2, bcLossCoeff=0.2, nCriticWarmupItr=1, batchSize=14,
        ),
    ],
}  # fmt: skip

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "learned_eta_iterations.json.gz")
with open(path, "wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
    packed.write(json.dumps(plain(recording), separators=(",", ":")).encode())
print(path, os.path.getsize(path))
