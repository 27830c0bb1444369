"""The training loop of the models of the second demo."""
import numpy as np
import torch


def fit(net, loss_of, after_epoch, *, samples, epochs, batch, rate, decay):
    """AdamW with a warm-up of 100 steps and a cosine to nothing, over what of ``net`` is not frozen.

    ``loss_of(indexes)`` is the loss over these samples, ``after_epoch()`` what is printed beside it.
    """
    parameters = [each for each in net.parameters() if each.requires_grad]
    optimiser = torch.optim.AdamW(parameters, rate, weight_decay=decay)
    steps, step = epochs * (samples // batch), 0
    for epoch in range(epochs):
        order = torch.randperm(samples)
        for start in range(0, samples - batch + 1, batch):
            step += 1
            for group in optimiser.param_groups:
                group["lr"] = rate * min(1, step / 100) * (0.5 + 0.5 * np.cos(np.pi * step / steps))
            loss = loss_of(order[start : start + batch])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
        with torch.no_grad():
            print(f"epoch {epoch}: loss {loss.item():.3f}, held out: {after_epoch()}", flush=True)
    return net.eval()
