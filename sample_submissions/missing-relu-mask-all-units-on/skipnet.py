import torch
import torch.nn.functional as F

# small example with numbers that are easy to follow on paper (h = 3)
x  = torch.tensor([2.0], requires_grad=True)
y  = torch.tensor([3.0])
W1 = torch.tensor([[0.5], [1.0], [0.25]], requires_grad=True)
b1 = torch.tensor([0.1, 0.2, 0.3], requires_grad=True)
W2 = torch.tensor([[0.3, -0.6, 0.9]], requires_grad=True)
b2 = torch.tensor([0.5], requires_grad=True)

z1 = F.linear(x, W1, b1)
a1 = F.relu(z1)
y_hat = F.linear(a1, W2, b2) + x
loss = 0.5 * F.mse_loss(y_hat, y)
loss.backward()

# analytical gradients
err = (y_hat - y).detach()
grad_b2 = err
grad_W2 = err * a1.detach().unsqueeze(0)
grad_a1 = W2.detach().squeeze(0) * err
grad_W1 = (grad_a1 * x.detach()).unsqueeze(1)
grad_b1 = grad_a1
grad_x = err + grad_a1 @ W1.detach()

print("grad_b2:", torch.allclose(grad_b2, b2.grad))
print("grad_W2:", torch.allclose(grad_W2, W2.grad))
print("grad_W1:", torch.allclose(grad_W1, W1.grad))
print("grad_b1:", torch.allclose(grad_b1, b1.grad))
print("grad_x: ", torch.allclose(grad_x, x.grad))
